package dev.quern.engine.kernel;

/// The scalar twin of [IQ4_NLGroups].
final class IQ4_NLScalar extends ScalarColumns {
  IQ4_NLScalar() {
    super(32, 9);
  }

  /// The level that weight `i` of a block stands for, in a block whose weights begin with short
  /// `first`.
  static float level(short[] block, int lane, int first, int i) {
    return UnevenLevels.level(
        bits(block, lane, first + (i & 15) / 2) >> (8 * (i & 1) + 4 * (i >> 4)));
  }

  /// The sum of 32 products, in the order of the kernel: each of the first half with that of the
  /// second.
  static float sum(short[] block, int lane, int first, RoundedVector x, int b) {
    float sum = 0;
    for (int i = 0; i < 16; i++) {
      sum = Math.fma(level(block, lane, first, i), x.exact[b + i], sum);
      sum = Math.fma(level(block, lane, first, i + 16), x.exact[b + i + 16], sum);
    }
    return sum;
  }

  @Override
  float add(short[] block, int lane, RoundedVector x, int b, float y) {
    return Math.fma(sum(block, lane, 1, x, b), small(bits(block, lane, 0)), y);
  }

  @Override
  void decode(short[] block, int lane, float[] out, int to, int ld) {
    float d = half(bits(block, lane, 0));
    for (int i = 0; i < 32; i++) {
      out[to + i * ld] = level(block, lane, 1, i) * d;
    }
  }
}
