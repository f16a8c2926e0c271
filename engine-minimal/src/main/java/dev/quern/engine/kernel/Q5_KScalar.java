package dev.quern.engine.kernel;

/// The scalar twin of [Q5_KGroups].
final class Q5_KScalar extends ScalarGroups {
  Q5_KScalar() {
    super(256, 88);
  }

  private static int weight(short[] block, int lane, int i) {
    int first = 8 + i / 16 * 5;
    int place = i & 15;
    if (place < 15) {
      return (bits(block, lane, first + place / 3) >> (1 + place % 3 * 5)) & 31;
    }
    int weight = 0;
    for (int bit = 0; bit < 5; bit++) {
      weight |= (bits(block, lane, first + bit) & 1) << bit;
    }
    return weight;
  }

  @Override
  float add(short[] block, int lane, RoundedVector x, int b, float y) {
    return SixBitBlock.add(Q5_KScalar::weight, block, lane, x, b, y);
  }

  @Override
  void decode(short[] block, int lane, float[] out, int to, int ld) {
    SixBitBlock.decode(Q5_KScalar::weight, block, lane, out, to, ld);
  }
}
