package dev.quern.verifier;

import java.util.Arrays;

/// Quantiles of values, with linear interpolation between neighbours.
final class Quantiles {
  private final float[] sorted;

  /// Takes `values` over and sorts them; NaN counts as the largest.
  Quantiles(float[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("quantiles of no values");
    }
    Arrays.sort(values);
    sorted = values;
  }

  /// The value at `fraction` of the way from the first to the last, 0 to 1.
  double at(double fraction) {
    double place = fraction * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    double part = place - below;
    // a neighbour without a share must not turn the result into NaN
    return part == 0 ? sorted[below] : (1 - part) * sorted[below] + part * sorted[above];
  }
}
