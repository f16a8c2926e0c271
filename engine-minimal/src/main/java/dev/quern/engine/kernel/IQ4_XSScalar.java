package dev.quern.engine.kernel;

/// The scalar twin of [IQ4_XSGroups].
final class IQ4_XSScalar extends ScalarColumns {
  IQ4_XSScalar() {
    super(256, 68);
  }

  private static int scale(short[] block, int lane, int j) {
    int lower = (bits(block, lane, 2 + j / 4) >> (4 * (j & 3))) & 15;
    return (lower | ((bits(block, lane, 1) >> (2 * j)) & 3) << 4) - 32;
  }

  @Override
  float add(short[] block, int lane, RoundedVector x, int b, float y) {
    float t = 0;
    for (int j = 0; j < 8; j++) {
      float sum = IQ4_NLScalar.sum(block, lane, 4 + 8 * j, x, b + 32 * j);
      t = Math.fma((float) scale(block, lane, j), sum, t);
    }
    return Math.fma(t, small(bits(block, lane, 0)), y);
  }

  @Override
  void decode(short[] block, int lane, float[] out, int to, int ld) {
    float f = half(bits(block, lane, 0));
    for (int j = 0; j < 8; j++) {
      float d = scale(block, lane, j) * f;
      for (int i = 0; i < 32; i++) {
        out[to + (32 * j + i) * ld] = IQ4_NLScalar.level(block, lane, 4 + 8 * j, i) * d;
      }
    }
  }
}
