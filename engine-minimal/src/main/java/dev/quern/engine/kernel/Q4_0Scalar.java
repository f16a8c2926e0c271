package dev.quern.engine.kernel;

/// The scalar twin of [Q4_0Groups].
final class Q4_0Scalar extends ScalarNibbles {
  Q4_0Scalar() {
    super(32, 9);
  }

  /// Weight `i` of a block, from -8 to 7.
  private static int weight(short[] block, int lane, int i) {
    return ((bits(block, lane, 1 + (i & 15) / 2) >> (8 * (i & 1) + 4 * (i >> 4))) & 15) - 8;
  }

  @Override
  float add(short[] block, int lane, RoundedVector x, int b, float y) {
    return SignedBlock.add(Q4_0Scalar::weight, block, lane, x, b, y);
  }

  @Override
  void decode(short[] block, int lane, NibbleTile tile, int row, int b) {
    tile.put(row, b, half(bits(block, lane, 0)));
    for (int i = 0; i < 32; i++) {
      tile.put(row, b + i, weight(block, lane, i));
    }
  }
}
