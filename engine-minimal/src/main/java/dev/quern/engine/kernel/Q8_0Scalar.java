package dev.quern.engine.kernel;

/// The scalar twin of [Q8_0Groups].
final class Q8_0Scalar extends ScalarColumns {
  Q8_0Scalar() {
    super(32, 17);
  }

  private static int weight(short[] block, int lane, int i) {
    return (byte) (bits(block, lane, 1 + i / 2) >> (8 * (i & 1)));
  }

  @Override
  float add(short[] block, int lane, RoundedVector x, int b, float y) {
    return SignedBlock.add(Q8_0Scalar::weight, block, lane, x, b, y);
  }

  @Override
  void decode(short[] block, int lane, float[] out, int to, int ld) {
    float d = half(bits(block, lane, 0));
    for (int i = 0; i < 32; i++) {
      out[to + i * ld] = weight(block, lane, i) * d;
    }
  }
}
