package dev.quern.quantizers.recipe;

import dev.quern.formats.GgmlType;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// A type for all tensors in whose name a pattern is found.
///
/// @param pattern a regular expression; it may match anywhere in the name
/// @param type what these tensors are stored as
public record TypeOverride(Pattern pattern, GgmlType type) {

  /// Reads `REGEX=TYPE`, such as `ffn_down=Q6_K`; the case of the type does not matter.
  ///
  /// @throws IllegalArgumentException if it is something else
  public static TypeOverride parse(String text) {
    int equals = text.lastIndexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("\"" + text + "\" is not of the form REGEX=TYPE");
    }
    try {
      Pattern pattern = Pattern.compile(text.substring(0, equals));
      return new TypeOverride(pattern, type(text.substring(equals + 1)));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "\"%s\" is no regular expression: %s"
              .formatted(text.substring(0, equals), e.getDescription()),
          e);
    }
  }

  /// The tensor type called `name`, whatever its case.
  ///
  /// @throws IllegalArgumentException if there is none
  public static GgmlType type(String name) {
    return Arrays.stream(GgmlType.values())
        .filter(type -> type.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is no tensor type \"%s\"; there are %s"
                        .formatted(name, Arrays.toString(GgmlType.values()))));
  }

  boolean matches(String name) {
    return pattern.matcher(name).find();
  }

  /// `REGEX=TYPE`.
  @Override
  public String toString() {
    return pattern + "=" + type.name().toUpperCase(Locale.ROOT);
  }
}
