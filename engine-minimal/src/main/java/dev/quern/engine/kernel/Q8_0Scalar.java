package dev.quern.engine.kernel;

/// The scalar twin of [Q8_0Groups].
final class Q8_0Scalar extends ScalarGroups {
  Q8_0Scalar() {
    super(32, 17);
  }

  private static int weight(short[] block, int lane, int i) {
    return (byte) (bits(block, lane, 1 + i / 2) >> (8 * (i & 1)));
  }

  @Override
  float add(short[] block, int lane, RoundedVector x, int b, float y) {
    int sum = 0;
    for (int i = 0; i < 32; i++) {
      sum += weight(block, lane, i) * x.rounded(b + i);
    }
    return Math.fma((float) sum, small(bits(block, lane, 0)) * x.scales[b >> 5], y);
  }

  @Override
  void decode(short[] block, int lane, float[] out, int to, int ld) {
    float d = half(bits(block, lane, 0));
    for (int i = 0; i < 32; i++) {
      out[to + i * ld] = weight(block, lane, i) * d;
    }
  }
}
