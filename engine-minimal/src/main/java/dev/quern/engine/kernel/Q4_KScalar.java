package dev.quern.engine.kernel;

/// The scalar twin of [Q4_KGroups].
final class Q4_KScalar extends ScalarNibbles {
  Q4_KScalar() {
    super(256, 72);
  }

  private static int weight(short[] block, int lane, int i) {
    int pair = 8 + (i >> 6) * 16 + (i & 31) / 2;
    return (bits(block, lane, pair) >> (8 * (i & 1) + 4 * ((i >> 5) & 1))) & 15;
  }

  @Override
  float add(short[] block, int lane, RoundedVector x, int b, float y) {
    return SixBitBlock.add(Q4_KScalar::weight, block, lane, x, b, y);
  }

  @Override
  void decode(short[] block, int lane, NibbleTile tile, int row, int b) {
    for (int j = 0; j < 8; j++) {
      float factor = SixBitBlock.factor(block, lane, j);
      float offset = factor * 8 - SixBitBlock.offset(block, lane, j);
      tile.put(NibbleForm.OFFSET, row, b + 32 * j, factor, offset);
    }
    for (int i = 0; i < 256; i++) {
      tile.put(row, b + i, weight(block, lane, i) - 8);
    }
  }
}
