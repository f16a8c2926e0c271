package dev.quern.quantizers.type;

/// Q4_0 and Q5_0, one weight at a time: with importance they are searched for the best scale.
final class SmallSymmetric implements ScalarEncoder.Block {
  private final ScalarEncoder.Block plain;
  private final int reach;
  private final SymmetricSearch search = new SymmetricSearch(32);
  private final float[] weights = new float[32];
  private final int[] levels = new int[32];

  /// @param reach 8 for Q4_0, 16 for Q5_0
  SmallSymmetric(ScalarEncoder.Block plain, int reach) {
    this.plain = plain;
    this.reach = reach;
  }

  @Override
  public void encode(float[] x, int at, byte[] out, int to) {
    plain.encode(x, at, out, to);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, byte[] out, int to) {
    float mean = importance.meanSquare();
    Weighing.weigh(x, at, 32, importance.values(), importance.from(), mean, weights, 0);
    Halves.put(out, to, search.scale(x, at, weights, 0, reach, levels, 0));
    SmallBlocks.putLevels(levels, reach == 16, out, to + 2);
  }
}
