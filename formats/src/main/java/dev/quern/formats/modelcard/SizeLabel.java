package dev.quern.formats.modelcard;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// The size of a model in a word: `2.6M`, `7B`, `8x7B`.
final class SizeLabel {
  private SizeLabel() {}

  /// The label of a model: the number of experts, if any, times what one token meets.
  static String of(ParameterCounts counts) {
    if (counts.expertCount() > 0) {
      return counts.expertCount() + "x" + of(counts.shared() + counts.expert());
    }
    return of(Math.abs(counts.total()));
  }

  /// `parameters` with two digits or more and a suffix for thousands, millions and so on.
  static String of(long parameters) {
    if (parameters > 1e12) {
      return scaled(parameters * 1e-12) + "T";
    } else if (parameters > 1e9) {
      return scaled(parameters * 1e-9) + "B";
    } else if (parameters > 1e6) {
      return scaled(parameters * 1e-6) + "M";
    }
    return scaled(parameters * 1e-3) + "K";
  }

  // A whole part of 0 is no digit: 0.25 is "0.25".
  private static String scaled(double value) {
    long whole = (long) Math.rint(value);
    int digits = whole == 0 ? 0 : Long.toString(whole).length();
    int decimals = Math.max(2 - digits, 0);
    return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
  }
}
