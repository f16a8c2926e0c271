package dev.quern.quantizers.type;

/// [Affine32] for up to four blocks at a time.
final class Affine32Lanes {
  /// Levels of the 256 weights after [#quantize].
  final int[] levels = new int[256];

  private final AffineSearch.Plan plan;
  private final AffineLanes plain;
  private final AffineLanes weighted;
  private final FittedScales scaleFit = new FittedLanes();
  private final FittedScales depthFit = new FittedLanes();
  private final float[] weights = new float[32 * AffineLanes.COUNT];
  private final float[] sums = new float[AffineLanes.COUNT];
  private final Affine32 scalar;

  Affine32Lanes(AffineSearch.Plan plan) {
    this.plan = plan;
    this.plain = new AffineLanes(plan);
    this.weighted = new AffineLanes(AffineSearch.Plan.weighted(32, plan.top()));
    this.scalar = new Affine32(plan);
  }

  /// Searches the scales of up to four blocks.
  void search(float[] x, int at, int blocks) {
    plain.search(x, at, 8 * blocks);
  }

  /// As above, where errors count as `importance` says.
  void search(float[] x, int at, Importance importance, int blocks) {
    Weighing.weighBlocks(x, at, 256, blocks, 2, importance.values(), importance.from(), weights);
    Weighing.sum(weights, 0, 256 * blocks, 32, sums, 0);
    weighted.search(x, at, weights, 0, 8 * blocks);
  }

  /// Finds the levels of block `b` of the last search, whose weights start at `x[at]`, and writes
  /// its first 16 bytes.
  void quantize(float[] x, int at, int b, byte[] out, int to) {
    if (plain.hasOdd(8 * b, 8)) {
      scalar.quantize(x, at, out, to);
      System.arraycopy(scalar.levels, 0, levels, 0, 256);
      return;
    }
    PackedScales.put(plain.scales, plain.depths, 8 * b, out, to);
    putLevels(plain, x, at, b, out, to);
  }

  /// As above, after a search with importance.
  void quantize(float[] x, int at, Importance importance, int b, byte[] out, int to) {
    if (weighted.hasOdd(8 * b, 8)) {
      scalar.quantize(x, at, importance.later(256 * b), out, to);
      System.arraycopy(scalar.levels, 0, levels, 0, 256);
      return;
    }
    PackedScales.putFitted(
        weighted.scales, weighted.depths, sums, 8 * b, scaleFit, depthFit, out, to);
    putLevels(weighted, x, at, b, out, to);
  }

  private void putLevels(AffineLanes search, float[] x, int at, int b, byte[] out, int to) {
    float d = Halves.get(out, to);
    float dmin = Halves.get(out, to + 2);
    for (int j = 0; j < 8; j++) {
      float scale = d * PackedScales.scale(out, to + 4, j);
      if (scale == 0) {
        search.putLevels(8 * b + j, levels, 32 * j);
      } else {
        float depth = dmin * PackedScales.min(out, to + 4, j);
        Levels.put(x, at + 32 * j, 32, scale, depth, 0, plan.top(), levels, 32 * j);
      }
    }
  }
}
