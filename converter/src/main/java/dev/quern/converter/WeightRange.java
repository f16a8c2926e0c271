package dev.quern.converter;

import dev.quern.formats.GgmlType;

/// The largest magnitude of a run of weights.
///
/// @param peakBits its bits without the sign; above those of infinity if one of them is NaN
record WeightRange(int peakBits) {
  private static final int INFINITE = 0x7f800000;
  private static final float LARGEST_HALF = 65504;

  /// Halfway from the largest half to the next power of two: from here on halves round to infinity.
  private static final int INFINITE_HALF = Float.floatToRawIntBits(65520);

  private static final float LARGEST_BFLOAT = Float.intBitsToFloat(0x7f7f0000);
  private static final int INFINITE_BFLOAT = 0x7f7f8000;

  /// The range of the first `count` weights.
  static WeightRange of(float[] weights, int count) {
    // four at a time, so that one need not wait for the other
    int a = 0;
    int b = 0;
    int c = 0;
    int d = 0;
    int whole = count & -4;
    for (int i = 0; i < whole; i += 4) {
      a = Math.max(a, magnitude(weights[i]));
      b = Math.max(b, magnitude(weights[i + 1]));
      c = Math.max(c, magnitude(weights[i + 2]));
      d = Math.max(d, magnitude(weights[i + 3]));
    }
    for (int i = whole; i < count; i++) {
      a = Math.max(a, magnitude(weights[i]));
    }
    return new WeightRange(Math.max(Math.max(a, b), Math.max(c, d)));
  }

  private static int magnitude(float weight) {
    return Float.floatToRawIntBits(weight) & Integer.MAX_VALUE;
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
    return peakBits < INFINITE;
  }

  float peak() {
    return Float.intBitsToFloat(peakBits);
  }

  /// True if a weight would become infinite in `type`.
  boolean overflows(GgmlType type) {
    return switch (type) {
      case F16 -> peakBits >= INFINITE_HALF;
      case BF16 -> peakBits >= INFINITE_BFLOAT;
      default -> false;
    };
  }
}
