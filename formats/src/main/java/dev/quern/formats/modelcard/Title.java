package dev.quern.formats.modelcard;

import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A name as one would print it: `tiny-llama-v1.1` becomes `Tiny Llama v1.1`.
final class Title {
  private static final Pattern GAPS =
      Pattern.compile("[-\\s\\x1c-\\x1f]+", Pattern.UNICODE_CHARACTER_CLASS);

  private Title() {}

  /// `name` with spaces for dashes, where words without capitals get one; numbers and versions stay
  /// as they are.
  static String of(String name) {
    return Arrays.stream(GAPS.split(name))
        .filter(word -> !word.isEmpty())
        .map(word -> isLowerCase(word) && !isNumber(word) ? capitalized(word) : word)
        .collect(Collectors.joining(" "));
  }

  private static boolean isLowerCase(String word) {
    return word.codePoints().anyMatch(Character::isLowerCase)
        && word.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
  }

  /// Whether `word` begins with a digit, or is `v` and digits in groups parted by dots.
  private static boolean isNumber(String word) {
    if (Character.isDigit(word.codePointAt(0))) {
      return true;
    }
    return word.startsWith("v")
        && Arrays.stream(word.substring(1).split("\\.", -1))
            .allMatch(group -> !group.isEmpty() && group.codePoints().allMatch(Character::isDigit));
  }

  /// Capitalizes every letter that does not follow a letter: `qwen2.5vl` becomes `Qwen2.5Vl`.
  private static String capitalized(String word) {
    StringBuilder title = new StringBuilder(word.length());
    boolean inWord = false;
    for (int c : word.codePoints().toArray()) {
      title.appendCodePoint(inWord ? c : Character.toTitleCase(c));
      inWord = Character.isLowerCase(c); // the only case here
    }
    return title.toString();
  }
}
