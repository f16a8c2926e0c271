package dev.quern.formats.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A name of a checkpoint with the numbers in it apart.
///
/// @param pattern the name with `{}` for each number, without suffix
/// @param numbers the numbers: the block first
/// @param suffix `.weight` or `.bias`; empty if the name ends otherwise
record TensorName(String pattern, List<Integer> numbers, String suffix) {
  private static final int LONGEST_NUMBER = 6;

  TensorName {
    numbers = List.copyOf(numbers);
  }

  static TensorName of(String name) {
    String suffix = name.endsWith(".weight") ? ".weight" : name.endsWith(".bias") ? ".bias" : "";
    List<Integer> numbers = new ArrayList<>();
    StringBuilder pattern = new StringBuilder();
    for (String segment : name.substring(0, name.length() - suffix.length()).split("\\.", -1)) {
      Optional<Integer> number = number(segment);
      number.ifPresent(numbers::add);
      pattern.append(pattern.isEmpty() ? "" : ".").append(number.isPresent() ? "{}" : segment);
    }
    return new TensorName(pattern.toString(), numbers, suffix);
  }

  /// The pattern of the names that a rule means.
  static String patternOf(String rule) {
    return rule.replaceAll("\\{\\w+}", "{}");
  }

  /// The number of the block; 0 for what is in none.
  int layer() {
    return numbers.isEmpty() ? 0 : numbers.getFirst();
  }

  /// The number of one of several tensors that are stacked.
  int part() {
    return numbers.isEmpty() ? 0 : numbers.getLast();
  }

  private static Optional<Integer> number(String segment) {
    boolean digits =
        !segment.isEmpty()
            && segment.length() <= LONGEST_NUMBER
            && segment.chars().allMatch(c -> c >= '0' && c <= '9');
    return digits ? Optional.of(Integer.parseInt(segment)) : Optional.empty();
  }
}
