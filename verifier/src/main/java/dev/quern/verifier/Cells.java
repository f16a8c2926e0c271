package dev.quern.verifier;

import java.util.Locale;

/// How figures and names look in a Markdown table.
public final class Cells {
  private Cells() {}

  /// A text that cannot break out of its cell or line.
  public static String text(String text) {
    return text.replaceAll("\\p{Cntrl}", " ").replaceAll("([\\\\|`*_<>\\[\\]])", "\\\\$1");
  }

  static String count(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /// So many decimals; words where there is no number.
  public static String fixed(double value, int digits) {
    return Double.isFinite(value)
        ? String.format(Locale.ROOT, "%." + digits + "f", value)
        : plain(value);
  }

  /// All digits; words where there are none.
  static String plain(double value) {
    if (Double.isNaN(value)) {
      return "not a number";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "infinite" : "minus infinite";
    }
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? String.valueOf((long) value)
        : String.format(Locale.ROOT, "%.6g", value);
  }

  /// A figure and its standard error.
  public static String estimate(Estimate estimate, int digits) {
    return fixed(estimate.value(), digits) + " ± " + fixed(estimate.error(), digits);
  }

  static String percent(Estimate share) {
    return estimate(new Estimate(100 * share.value(), 100 * share.error()), 3) + " %";
  }

  /// Bytes in decimal units with three digits.
  public static String size(long bytes) {
    String[] units = {"B", "kB", "MB", "GB", "TB"};
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < units.length - 1) {
      value /= 1000;
      unit++;
    }
    int digits = 0;
    if (unit > 0) {
      digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    }
    return fixed(value, digits) + " " + units[unit];
  }
}
