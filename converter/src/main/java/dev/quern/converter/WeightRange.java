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
    // C2 makes vectors of this loop, but not of one over the bits of the weights
    float peak = 0;
    for (int i = 0; i < count; i++) {
      peak = Math.max(peak, Math.abs(weights[i]));
    }
    return new WeightRange(peak);
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
