package dev.quern.quantizers.type;

/// [SmallAffine] for sixteen blocks at a time.
final class SmallAffineLanes implements LaneEncoder.Batch {
  private final ScalarEncoder.Block plain;
  private final int top;
  private final int bytes;
  private final AffineLanes search;
  private final SmallAffine scalar;
  private final float[] weights = new float[512];
  private final int[] levels = new int[32];

  /// @param top 15 for Q4_1, 31 for Q5_1
  SmallAffineLanes(ScalarEncoder.Block plain, int top) {
    this.plain = plain;
    this.top = top;
    this.bytes = top == 31 ? 24 : 20;
    this.search = new AffineLanes(AffineSearch.Plan.weighted(32, top));
    this.scalar = new SmallAffine(plain, top);
  }

  @Override
  public void encode(float[] x, int at, int blocks, byte[] out) {
    for (int b = 0; b < blocks; b++) {
      plain.encode(x, at + 32 * b, out, bytes * b);
    }
  }

  @Override
  public void encode(float[] x, int at, Importance importance, int blocks, byte[] out) {
    float mean = importance.meanSquare();
    int n = 32 * blocks;
    Weighing.weigh(x, at, n, importance.values(), importance.from(), mean, weights, 0);
    search.search(x, at, weights, 0, blocks);
    for (int b = 0; b < blocks; b++) {
      int to = bytes * b;
      if (search.hasOdd(b, 1)) {
        scalar.encode(x, at + 32 * b, importance.later(32 * b), out, to);
        continue;
      }
      Halves.put(out, to, search.scales[b]);
      Halves.put(out, to + 2, -search.depths[b]);
      search.putLevels(b, levels, 0);
      SmallBlocks.putLevels(levels, top == 31, out, to + 4);
    }
  }
}
