package dev.quern.quantizers.type;

/// The part that Q4_K and Q5_K share, one weight at a time: eight sub-blocks of 32, each with a
/// scale and a minimum.
final class Affine32 {
  /// Levels of the 256 weights after [#quantize].
  final int[] levels = new int[256];

  private final AffineSearch.Plan plan;
  private final AffineSearch search;
  private final AffineSearch weightedSearch;
  private final FittedScales scaleFit = new FittedScales();
  private final FittedScales depthFit = new FittedScales();
  private final float[] weights = new float[256];
  private final float[] sums = new float[8];
  private final float[] scales = new float[8];
  private final float[] depths = new float[8];

  Affine32(AffineSearch.Plan plan) {
    this.plan = plan;
    this.search = new AffineSearch(plan);
    this.weightedSearch = new AffineSearch(AffineSearch.Plan.weighted(32, plan.top()));
  }

  /// Finds the levels and writes the block's first 16 bytes at `out[to]`.
  void quantize(float[] x, int at, byte[] out, int to) {
    for (int j = 0; j < 8; j++) {
      weigh(x, at + 32 * j);
      scales[j] = search.scale(x, at + 32 * j, weights, levels, 32 * j);
      depths[j] = search.depth();
    }
    PackedScales.put(scales, depths, 0, out, to);
    putLevels(x, at, out, to);
  }

  /// As above, where errors count as `importance` says.
  void quantize(float[] x, int at, Importance importance, byte[] out, int to) {
    float mean = 2 * Weighing.meanSquare(x, at, 256);
    Weighing.weigh(x, at, 256, importance.values(), importance.from(), mean, weights, 0);
    Weighing.sum(weights, 0, 256, 32, sums, 0);
    for (int j = 0; j < 8; j++) {
      scales[j] = weightedSearch.scale(x, at + 32 * j, weights, 32 * j, levels, 32 * j);
      depths[j] = weightedSearch.depth();
    }
    PackedScales.putFitted(scales, depths, sums, 0, scaleFit, depthFit, out, to);
    putLevels(x, at, out, to);
  }

  private void putLevels(float[] x, int at, byte[] out, int to) {
    float d = Halves.get(out, to);
    float dmin = Halves.get(out, to + 2);
    for (int j = 0; j < 8; j++) {
      float scale = d * PackedScales.scale(out, to + 4, j);
      if (scale == 0) {
        continue; // the levels of the search stay
      }
      float depth = dmin * PackedScales.min(out, to + 4, j);
      for (int i = 32 * j; i < 32 * j + 32; i++) {
        int level = Rounding.nearest((x[at + i] + depth) / scale);
        levels[i] = Math.max(0, Math.min(plan.top(), level));
      }
    }
  }

  /// Far weights count more: the root of the mean square plus the magnitude.
  private void weigh(float[] x, int at) {
    float sum = 0;
    for (int i = 0; i < 32; i++) {
      sum += x[at + i] * x[at + i];
    }
    float mean = (float) Math.sqrt(sum / 32);
    for (int i = 0; i < 32; i++) {
      weights[i] = mean + Math.abs(x[at + i]);
    }
  }
}
