package dev.quern.converter;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Numbers of blocks of a model.
///
/// @param numbers from 0, each once
public record LayerSet(SortedSet<Integer> numbers) {
  /// No block.
  public static final LayerSet NONE = new LayerSet(new TreeSet<>());

  private static final Pattern RANGE = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");

  public LayerSet {
    numbers = Collections.unmodifiableSortedSet(new TreeSet<>(numbers));
  }

  /// Reads numbers and ranges, such as `1,3,5-7`.
  ///
  /// @throws IllegalArgumentException if it is something else
  public static LayerSet parse(String text) {
    SortedSet<Integer> numbers = new TreeSet<>();
    for (String part : text.split(",", -1)) {
      Matcher matcher = RANGE.matcher(part.strip());
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "\"%s\" in \"%s\" is no number of a block and no range such as 5-7"
                .formatted(part, text));
      }
      int first = Integer.parseInt(matcher.group(1));
      int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
      if (last < first) {
        throw new IllegalArgumentException("\"%s\" in \"%s\" goes backwards".formatted(part, text));
      }
      for (int i = first; i <= last; i++) {
        numbers.add(i);
      }
    }
    return new LayerSet(numbers);
  }

  /// True if there is none.
  public boolean isEmpty() {
    return numbers.isEmpty();
  }
}
