package dev.quern.quantizers.type;

/// The kernel of Q2_K: the sixteen sub-blocks of a block in as many lanes.
final class Q2_KLanes implements LaneEncoder.Batch {
  private final AffineLanes search = new AffineLanes(AffineSearch.Plan.Q2_K);
  private final AffineLanes weightedSearch = new AffineLanes(AffineSearch.Plan.weighted(16, 3));
  private final FittedScales scaleFit = new FittedLanes();
  private final FittedScales depthFit = new FittedLanes();
  private final float[] weights = new float[256];
  private final float[] sums = new float[16];
  private final Q2_KScalar scalar = new Q2_KScalar();
  private final int[] levels = new int[256];

  @Override
  public void encode(float[] x, int at, int blocks, byte[] out) {
    search.search(x, at, 16);
    if (search.hasOdd()) {
      scalar.encode(x, at, out, 0);
      return;
    }
    Q2_KScalar.putScales(search.scales, search.depths, out, 0);
    putLevels(search, x, at, out);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, int blocks, byte[] out) {
    float mean = Weighing.meanSquare(x, at, 256);
    Weighing.weigh(x, at, 256, importance.values(), importance.from(), mean, weights, 0);
    Weighing.sum(weights, 0, 256, 16, sums, 0);
    weightedSearch.search(x, at, weights, 0, 16);
    if (weightedSearch.hasOdd()) {
      scalar.encode(x, at, importance, out, 0);
      return;
    }
    Q2_KScalar.putScales(
        weightedSearch.scales, weightedSearch.depths, sums, scaleFit, depthFit, out, 0);
    putLevels(weightedSearch, x, at, out);
  }

  private void putLevels(AffineLanes search, float[] x, int at, byte[] out) {
    float d = Halves.get(out, 80);
    float dmin = Halves.get(out, 82);
    for (int j = 0; j < 16; j++) {
      float scale = d * (out[j] & 15);
      if (scale == 0) {
        search.putLevels(j, levels, 16 * j);
      } else {
        float depth = dmin * (out[j] >> 4 & 15);
        Levels.put(x, at + 16 * j, 16, scale, depth, 0, 3, levels, 16 * j);
      }
    }
    Packing.pairs(levels, 0, out, 16);
    // with four lanes the last store runs over the scales
    Halves.put(out, 80, d);
    Halves.put(out, 82, dmin);
  }
}
