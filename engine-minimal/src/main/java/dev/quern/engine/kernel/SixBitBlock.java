package dev.quern.engine.kernel;

/// A row's part of a block of 256 weights with eight scales and eight minima of six bits, for the
/// scalar twins of [Q4_KGroups] and [Q5_KGroups].
final class SixBitBlock {
  private SixBitBlock() {}

  /// See [ScalarGroups#add].
  static float add(
      ScalarGroups.Weights weights, short[] block, int lane, RoundedVector x, int b, float y) {
    float t = 0;
    float m = 0;
    for (int j = 0; j < 8; j++) {
      int at = b / 32 + j;
      int sum = 0;
      for (int i = 32 * j; i < 32 * j + 32; i++) {
        sum += weights.weight(block, lane, i) * x.rounded(b + i);
      }
      t = Math.fma((float) (sum * scale(block, lane, j)), x.scales[at], t);
      m = Math.fma((float) minimum(block, lane, j), x.scales[at] * x.sums[at], m);
    }
    float d = ScalarGroups.small(ScalarGroups.bits(block, lane, 0));
    float e = ScalarGroups.small(ScalarGroups.bits(block, lane, 1));
    return Math.fma(t, d, y) - m * e;
  }

  /// What weights of sub-block `j` are multiplied with.
  static float factor(short[] block, int lane, int j) {
    return scale(block, lane, j) * ScalarGroups.half(ScalarGroups.bits(block, lane, 0));
  }

  /// What is then subtracted.
  static float offset(short[] block, int lane, int j) {
    return minimum(block, lane, j) * ScalarGroups.half(ScalarGroups.bits(block, lane, 1));
  }

  private static int scale(short[] block, int lane, int j) {
    int first = head(block, lane, j & 3);
    return j < 4 ? first & 63 : (head(block, lane, j + 4) & 15) | (first >> 6 << 4);
  }

  private static int minimum(short[] block, int lane, int j) {
    int second = head(block, lane, 4 + (j & 3));
    return j < 4 ? second & 63 : (head(block, lane, j + 4) >> 4) | (second >> 6 << 4);
  }

  /// Byte `i` of the twelve with scales and minima.
  private static int head(short[] block, int lane, int i) {
    return (ScalarGroups.bits(block, lane, 2 + i / 2) >> (8 * (i & 1))) & 255;
  }
}
