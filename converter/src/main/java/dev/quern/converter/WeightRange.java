package dev.quern.converter;

import dev.quern.formats.GgmlType;

/// The largest magnitude of a run of weights.
///
/// @param peak NaN if one of them is NaN
record WeightRange(float peak) {
  private static final float LARGEST_HALF = 65504;

  /// Halfway from the largest half to the next power of two: from here on halves round to infinity.
  private static final float INFINITE_HALF = 65520;

  private static final float LARGEST_BFLOAT = Float.intBitsToFloat(0x7f7f0000);
  private static final float INFINITE_BFLOAT = Float.intBitsToFloat(0x7f7f8000);

  /// The range of the first `count` weights.
  static WeightRange of(float[] weights, int count) {
    // C2 makes vectors of these loops, but not of one over the bits of the weights; four maxima do
    // not wait for each other
    int quarter = count / 4;
    float first = 0;
    float second = 0;
    float third = 0;
    float fourth = 0;
    for (int i = 0; i < quarter; i++) {
      first = Math.max(first, Math.abs(weights[i]));
      second = Math.max(second, Math.abs(weights[i + quarter]));
      third = Math.max(third, Math.abs(weights[i + 2 * quarter]));
      fourth = Math.max(fourth, Math.abs(weights[i + 3 * quarter]));
    }
    for (int i = 4 * quarter; i < count; i++) {
      first = Math.max(first, Math.abs(weights[i]));
    }
    return new WeightRange(Math.max(Math.max(first, second), Math.max(third, fourth)));
  }

  /// The largest number that `type` can hold.
  static float largest(GgmlType type) {
    return switch (type) {
      case F16 -> LARGEST_HALF;
      case BF16 -> LARGEST_BFLOAT;
      default -> Float.MAX_VALUE;
    };
  }

  boolean isFinite() {
    return peak < Float.POSITIVE_INFINITY;
  }

  /// True if a weight would become infinite in `type`.
  boolean overflows(GgmlType type) {
    return switch (type) {
      case F16 -> peak >= INFINITE_HALF;
      case BF16 -> peak >= INFINITE_BFLOAT;
      default -> false;
    };
  }
}
