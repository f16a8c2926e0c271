package dev.quern.converter;

/// Weights that are lost when they become halves.
final class HalfUnderflow {
  /// 2^-25: it and everything smaller rounds to a half-precision zero.
  private static final int LARGEST_LOST = Float.floatToRawIntBits(0x1p-25f);

  private HalfUnderflow() {}

  /// How many of the first `count` weights are not zero but would be.
  static int count(float[] weights, int count) {
    int lost = 0;
    for (int i = 0; i < count; i++) {
      int magnitude = Float.floatToRawIntBits(weights[i]) & Integer.MAX_VALUE;
      lost += magnitude != 0 && magnitude <= LARGEST_LOST ? 1 : 0;
    }
    return lost;
  }
}
