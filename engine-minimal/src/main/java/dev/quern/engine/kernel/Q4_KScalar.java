package dev.quern.engine.kernel;

/// The scalar twin of [Q4_KGroups].
final class Q4_KScalar extends ScalarNibbles {
  private static final SixBitBlock BLOCK =
      new SixBitBlock(Q4_KScalar::weight, Q4_KGroups.SHORTS_OF_32);

  Q4_KScalar() {
    super(256, 8 * Q4_KGroups.SHORTS_OF_32);
  }

  private static int weight(short[] block, int lane, int i) {
    int first = i / 32 * Q4_KGroups.SHORTS_OF_32 + 1;
    return (bits(block, lane, first + (i & 15) / 2) >> (8 * (i & 1) + (i >> 2 & 4))) & 15;
  }

  @Override
  float add(short[] block, int lane, RoundedVector x, int b, float y) {
    return BLOCK.add(block, lane, x, b, y);
  }

  @Override
  void decode(short[] block, int lane, NibbleTile tile, int row, int b) {
    for (int j = 0; j < 8; j++) {
      float factor = BLOCK.factor(block, lane, j);
      float offset = factor * 8 - BLOCK.offset(block, lane, j);
      tile.put(NibbleForm.OFFSET, row, b + 32 * j, factor, offset);
    }
    for (int i = 0; i < 256; i++) {
      tile.put(row, b + i, weight(block, lane, i) - 8);
    }
  }
}
