package dev.quern.formats.tokenizer.source;

/// Kinds of characters as the pipeline tells them apart.
final class CharacterKinds {
  private static final int OTHER =
      1 << Character.CONTROL
          | 1 << Character.FORMAT
          | 1 << Character.SURROGATE
          | 1 << Character.PRIVATE_USE;

  private static final int PUNCTUATION =
      1 << Character.CONNECTOR_PUNCTUATION
          | 1 << Character.DASH_PUNCTUATION
          | 1 << Character.START_PUNCTUATION
          | 1 << Character.END_PUNCTUATION
          | 1 << Character.INITIAL_QUOTE_PUNCTUATION
          | 1 << Character.FINAL_QUOTE_PUNCTUATION
          | 1 << Character.OTHER_PUNCTUATION;

  private static final int NUMBER =
      1 << Character.DECIMAL_DIGIT_NUMBER
          | 1 << Character.LETTER_NUMBER
          | 1 << Character.OTHER_NUMBER;

  private static final int MARK =
      1 << Character.NON_SPACING_MARK
          | 1 << Character.ENCLOSING_MARK
          | 1 << Character.COMBINING_SPACING_MARK;

  private static final int LETTER =
      1 << Character.UPPERCASE_LETTER
          | 1 << Character.LOWERCASE_LETTER
          | 1 << Character.TITLECASE_LETTER
          | 1 << Character.MODIFIER_LETTER
          | 1 << Character.OTHER_LETTER;

  private CharacterKinds() {}

  private static boolean in(int mask, int c) {
    return (mask >>> Character.getType(c) & 1) != 0;
  }

  /// The Unicode property White_Space.
  static boolean isSpace(int c) {
    return (c >= 9 && c <= 13)
        || c == ' '
        || c == 0x85
        || c == 0xa0
        || (c > 0xa0 && Character.isSpaceChar(c));
  }

  /// The general categories that begin with C, but for characters that are not assigned.
  static boolean isOther(int c) {
    return in(OTHER, c);
  }

  /// ASCII's punctuation and symbols, and the general categories that begin with P.
  static boolean isPunctuation(int c) {
    return c < 128 ? c > ' ' && c < 127 && !Character.isLetterOrDigit(c) : in(PUNCTUATION, c);
  }

  /// The general categories that begin with N.
  static boolean isNumber(int c) {
    return in(NUMBER, c);
  }

  /// The general categories that begin with M.
  static boolean isMark(int c) {
    return in(MARK, c);
  }

  /// What `\w` matches in a regex for Unicode.
  static boolean isWord(int c) {
    return in(MARK | LETTER | 1 << Character.DECIMAL_DIGIT_NUMBER, c)
        || Character.isAlphabetic(c)
        || Character.getType(c) == Character.CONNECTOR_PUNCTUATION
        || c == 0x200c
        || c == 0x200d;
  }
}
