package dev.quern.quantizers.type;

/// The kernel of Q2_K: the sub-blocks of two blocks in 32 lanes.
final class Q2_KLanes implements LaneEncoder.Batch {
  private final AffineLanes search = new AffineLanes(AffineSearch.Plan.Q2_K);
  private final AffineLanes weightedSearch = new AffineLanes(AffineSearch.Plan.weighted(16, 3));
  private final FittedScales scaleFit = new FittedLanes();
  private final FittedScales depthFit = new FittedLanes();
  private final float[] weights = new float[2 * 256];
  private final float[] sums = new float[2 * 16];
  private final Q2_KScalar scalar = new Q2_KScalar();
  private final int[] levels = new int[256];

  @Override
  public void encode(float[] x, int at, int blocks, byte[] out) {
    search.search(x, at, 16 * blocks);
    for (int b = 0; b < blocks; b++) {
      if (search.hasOdd(16 * b, 16)) {
        scalar.encode(x, at + 256 * b, out, 84 * b);
      } else {
        Q2_KScalar.putScales(search.scales, search.depths, 16 * b, out, 84 * b);
        putLevels(search, x, at, b, out);
      }
    }
  }

  @Override
  public void encode(float[] x, int at, Importance importance, int blocks, byte[] out) {
    Weighing.weighBlocks(x, at, 256, blocks, 1, importance.values(), importance.from(), weights);
    Weighing.sum(weights, 0, 256 * blocks, 16, sums, 0);
    weightedSearch.search(x, at, weights, 0, 16 * blocks);
    for (int b = 0; b < blocks; b++) {
      if (weightedSearch.hasOdd(16 * b, 16)) {
        scalar.encode(x, at + 256 * b, importance.later(256 * b), out, 84 * b);
      } else {
        Q2_KScalar.putScales(
            weightedSearch.scales,
            weightedSearch.depths,
            sums,
            16 * b,
            scaleFit,
            depthFit,
            out,
            84 * b);
        putLevels(weightedSearch, x, at, b, out);
      }
    }
  }

  /// The levels of block `b` of those from `x[at]`.
  private void putLevels(AffineLanes search, float[] x, int at, int b, byte[] out) {
    int to = 84 * b;
    float d = Halves.get(out, to + 80);
    float dmin = Halves.get(out, to + 82);
    for (int j = 0; j < 16; j++) {
      float scale = d * (out[to + j] & 15);
      if (scale == 0) {
        search.putLevels(16 * b + j, levels, 16 * j);
      } else {
        float depth = dmin * (out[to + j] >> 4 & 15);
        Levels.put(x, at + 256 * b + 16 * j, 16, scale, depth, 0, 3, levels, 16 * j);
      }
    }
    Packing.pairs(levels, 0, out, to + 16);
    // with four lanes the last store runs over the scales
    Halves.put(out, to + 80, d);
    Halves.put(out, to + 82, dmin);
  }
}
