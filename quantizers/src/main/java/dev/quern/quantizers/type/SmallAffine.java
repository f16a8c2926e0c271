package dev.quern.quantizers.type;

/// Q4_1 and Q5_1, one weight at a time: with importance they are searched for the best scale and
/// minimum.
final class SmallAffine implements ScalarEncoder.Block {
  private final ScalarEncoder.Block plain;
  private final int top;
  private final AffineSearch search;
  private final float[] weights = new float[32];
  private final int[] levels = new int[32];

  /// @param top 15 for Q4_1, 31 for Q5_1
  SmallAffine(ScalarEncoder.Block plain, int top) {
    this.plain = plain;
    this.top = top;
    this.search = new AffineSearch(AffineSearch.Plan.weighted(32, top));
  }

  @Override
  public void encode(float[] x, int at, byte[] out, int to) {
    plain.encode(x, at, out, to);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, byte[] out, int to) {
    float mean = importance.meanSquare();
    Weighing.weigh(x, at, 32, importance.values(), importance.from(), mean, weights, 0);
    Halves.put(out, to, search.scale(x, at, weights, levels, 0));
    Halves.put(out, to + 2, -search.depth());
    SmallBlocks.putLevels(levels, top == 31, out, to + 4);
  }
}
