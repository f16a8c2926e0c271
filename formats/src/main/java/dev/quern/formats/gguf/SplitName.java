package dev.quern.formats.gguf;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The name of one part of a model that lies in several files: `PREFIX-00002-of-00003.gguf`.
///
/// @param prefix folder and name up to the number
/// @param number which part, from 1
/// @param count how many parts there are
public record SplitName(Path prefix, int number, int count) {
  /// Five digits in the name, and 16 bits in the metadata.
  public static final int MOST_PARTS = 65535;

  private static final Pattern NAME = Pattern.compile("(.+)-(\\d{5})-of-(\\d{5})\\.gguf");

  public SplitName {
    if (number < 1 || number > count || count > MOST_PARTS) {
      throw new IllegalArgumentException("there is no part " + number + " of " + count);
    }
  }

  /// What the name of `file` says, if it is the name of a part.
  public static Optional<SplitName> of(Path file) {
    Matcher matcher = NAME.matcher(String.valueOf(file.getFileName()));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int number = Integer.parseInt(matcher.group(2));
    int count = Integer.parseInt(matcher.group(3));
    return number < 1 || number > count || count > MOST_PARTS
        ? Optional.empty()
        : Optional.of(new SplitName(file.resolveSibling(matcher.group(1)), number, count));
  }

  /// The same for the name of a whole model: of a part, of a file without `.gguf`, or else as it
  /// is.
  public static Path prefixOf(Path file) {
    String name = String.valueOf(file.getFileName());
    return of(file)
        .map(SplitName::prefix)
        .orElseGet(
            () ->
                name.endsWith(".gguf") && name.length() > 5
                    ? file.resolveSibling(name.substring(0, name.length() - 5))
                    : file);
  }

  /// The name of another part of the same model.
  public SplitName at(int other) {
    return new SplitName(prefix, other, count);
  }

  /// The file.
  public Path path() {
    return prefix.resolveSibling(
        "%s-%05d-of-%05d.gguf".formatted(prefix.getFileName(), number, count));
  }
}
