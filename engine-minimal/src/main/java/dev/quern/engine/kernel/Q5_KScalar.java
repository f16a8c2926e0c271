package dev.quern.engine.kernel;

/// The scalar twin of [Q5_KGroups].
final class Q5_KScalar extends ScalarNibbles {
  private static final SixBitBlock BLOCK =
      new SixBitBlock(Q5_KScalar::weight, Q5_KGroups.SHORTS_OF_32);

  Q5_KScalar() {
    super(256, 8 * Q5_KGroups.SHORTS_OF_32);
  }

  private static int weight(short[] block, int lane, int i) {
    int first = i / 32 * Q5_KGroups.SHORTS_OF_32 + 1 + (i >> 4 & 1) * 5;
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
    return BLOCK.add(block, lane, x, b, y);
  }

  @Override
  void decode(short[] block, int lane, NibbleTile tile, int row, int b) {
    for (int j = 0; j < 8; j++) {
      float factor = BLOCK.factor(block, lane, j);
      float offset = factor * 16 - BLOCK.offset(block, lane, j);
      tile.put(NibbleForm.FIVE_BITS, row, b + 32 * j, factor, offset);
    }
    for (int i = 0; i < 256; i++) {
      tile.put(row, b + i, weight(block, lane, i) - 16);
    }
  }
}
