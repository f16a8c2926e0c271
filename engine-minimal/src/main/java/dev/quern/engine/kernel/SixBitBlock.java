package dev.quern.engine.kernel;

/// A row's part of a block of 256 weights with eight scales and eight minima of six bits, for the
/// scalar twins of [Q4_KGroups] and [Q5_KGroups].
final class SixBitBlock {
  private final ScalarGroups.Weights weights;
  private final int shorts;

  /// @param shorts what 32 weights take
  SixBitBlock(ScalarGroups.Weights weights, int shorts) {
    this.weights = weights;
    this.shorts = shorts;
  }

  /// See [ScalarGroups#add].
  float add(short[] block, int lane, RoundedVector x, int b, float y) {
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
    float d = ScalarGroups.small(half(block, lane, 0));
    float e = ScalarGroups.small(half(block, lane, 4));
    return Math.fma(t, d, y) - m * e;
  }

  /// What weights of sub-block `j` are multiplied with.
  float factor(short[] block, int lane, int j) {
    return scale(block, lane, j) * ScalarGroups.half(half(block, lane, 0));
  }

  /// What is then subtracted.
  float offset(short[] block, int lane, int j) {
    return minimum(block, lane, j) * ScalarGroups.half(half(block, lane, 4));
  }

  private int scale(short[] block, int lane, int j) {
    return head(block, lane, j) & 63;
  }

  private int minimum(short[] block, int lane, int j) {
    return head(block, lane, j) >> 6 & 63;
  }

  /// The half whose bits are in four sub-blocks from `j` on.
  private int half(short[] block, int lane, int j) {
    int half = 0;
    for (int i = 0; i < 4; i++) {
      half |= head(block, lane, j + i) >> 12 << (4 * i);
    }
    return half;
  }

  private int head(short[] block, int lane, int j) {
    return ScalarGroups.bits(block, lane, j * shorts);
  }
}
