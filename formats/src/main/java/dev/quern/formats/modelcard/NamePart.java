package dev.quern.formats.modelcard;

import java.util.Locale;
import java.util.regex.Pattern;

/// What stands between two dashes of a model's name.
///
/// @param text the part, with the spelling of sizes and types made uniform
/// @param kind what it seems to be
record NamePart(String text, Kind kind) {
  /// Kinds of parts.
  enum Kind {
    /// `v0.3`, `2`, `iter1`.
    VERSION,
    /// How weights are stored: `Q4_K`, `BF16`.
    TYPE,
    /// `7B`, `8x7B`, `A3B`, `mini`.
    SIZE,
    /// A word known to name a finetune (`Instruct`), or a context length (`128k`).
    FINETUNE,
    /// Anything else.
    WORD
  }

  private static final Pattern VERSION = pattern("(v|iter)?\\d+([.]\\d+)*");
  private static final Pattern TYPE = pattern("i?q\\d(_\\w)*|b?fp?(16|32)");
  private static final Pattern SIZE =
      pattern("((a|\\d+x)?\\d+([._]\\d+)?[kmbt]\\d?|small|mini|medium|large|x?xl)");
  private static final Pattern FINETUNE = pattern("chat|instruct|vision|lora");

  /// Longer parts are words: no size or version is that long, and patterns recurse.
  private static final int LONGEST_NUMBER = 200;

  private static final String SCALES = " KMBT";

  /// Tells what `text` is.
  ///
  /// @param first whether it begins the name, where sizes and finetunes do not stand
  /// @param totalParameters see [ModelId#parse]
  static NamePart of(String text, boolean first, long totalParameters) {
    if (text.length() > LONGEST_NUMBER) {
      return new NamePart(text, Kind.WORD);
    } else if (VERSION.matcher(text).matches()) {
      return new NamePart(text, Kind.VERSION);
    } else if (TYPE.matcher(text).matches()) {
      return new NamePart(text.toUpperCase(Locale.ROOT), Kind.TYPE);
    } else if (!first && SIZE.matcher(text).matches()) {
      return sized(normalized(text), totalParameters);
    } else if (!first && FINETUNE.matcher(text).matches()) {
      boolean redundant = totalParameters < 0 && text.equalsIgnoreCase("lora");
      return new NamePart(text, redundant ? Kind.TYPE : Kind.FINETUNE);
    }
    return new NamePart(text, Kind.WORD);
  }

  /// Whether the part has a decimal digit.
  boolean hasDigit() {
    return text.chars().anyMatch(NamePart::isDigit);
  }

  /// Whether the part belongs to the basename if all parts before it do.
  boolean mayStartName() {
    return kind == Kind.VERSION || (kind == Kind.WORD && Character.isLetter(text.codePointAt(0)));
  }

  /// `1_5b` as `1.5B`, and `7b1` as `7.1B`.
  private static String normalized(String size) {
    String text = size.replace('_', '.');
    int last = text.length() - 1;
    if (isDigit(text.charAt(last))) {
      text = text.substring(0, last - 1) + "." + text.charAt(last) + text.charAt(last - 1);
      last++;
    }
    return isDigit(text.charAt(last - 1))
        ? text.substring(0, last) + Character.toUpperCase(text.charAt(last))
        : text;
  }

  private static NamePart sized(String size, long totalParameters) {
    if (totalParameters != 0 && isFarFrom(totalParameters, size)) {
      int last = size.length() - 1;
      String length = size.substring(0, last) + Character.toLowerCase(size.charAt(last));
      return new NamePart(length, Kind.FINETUNE);
    }
    return new NamePart(size, Kind.SIZE);
  }

  /// Whether `size` says much less or more than the model has; an adapter may have much less.
  private static boolean isFarFrom(long totalParameters, String size) {
    int last = size.length() - 1;
    double label;
    try {
      label = Double.parseDouble(size.substring(0, last));
    } catch (NumberFormatException e) {
      return false; // "8x7B", "A3B" and "mini" name no total
    }
    label *= Math.pow(1000, SCALES.indexOf(size.charAt(last)));
    long eighth = Math.abs(totalParameters) / 8;
    if (totalParameters < 0) {
      return label < eighth;
    }
    long sevenEighths = totalParameters - Math.ceilDiv(totalParameters, 8L);
    return Math.abs(label - totalParameters) > sevenEighths;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
  }
}
