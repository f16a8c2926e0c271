package dev.quern.quantizers.type;

/// The scalar encoder of Q2_K.
final class Q2_KScalar implements ScalarEncoder.Block {
  private final AffineSearch search = new AffineSearch(AffineSearch.Plan.Q2_K);
  private final AffineSearch weightedSearch = new AffineSearch(AffineSearch.Plan.weighted(16, 3));
  private final FittedScales scaleFit = new FittedScales();
  private final FittedScales depthFit = new FittedScales();
  private final float[] sums = new float[16];
  private final float[] weights = new float[256];
  private final float[] scales = new float[16];
  private final float[] depths = new float[16];
  private final int[] levels = new int[256];

  @Override
  public void encode(float[] x, int at, byte[] out, int to) {
    for (int j = 0; j < 16; j++) {
      for (int i = 0; i < 16; i++) {
        weights[i] = Math.abs(x[at + 16 * j + i]);
      }
      scales[j] = search.scale(x, at + 16 * j, weights, levels, 16 * j);
      depths[j] = search.depth();
    }
    putScales(scales, depths, 0, out, to);
    putLevels(x, at, out, to);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, byte[] out, int to) {
    float mean = Weighing.meanSquare(x, at, 256);
    Weighing.weigh(x, at, 256, importance.values(), importance.from(), mean, weights, 0);
    Weighing.sum(weights, 0, 256, 16, sums, 0);
    for (int j = 0; j < 16; j++) {
      scales[j] = weightedSearch.scale(x, at + 16 * j, weights, 16 * j, levels, 16 * j);
      depths[j] = weightedSearch.depth();
    }
    putScales(scales, depths, sums, 0, scaleFit, depthFit, out, to);
    putLevels(x, at, out, to);
  }

  private void putLevels(float[] x, int at, byte[] out, int to) {
    float d = Halves.get(out, to + 80);
    float dmin = Halves.get(out, to + 82);
    for (int j = 0; j < 16; j++) {
      float scale = d * (out[to + j] & 15);
      if (scale == 0) {
        continue; // the levels of the search stay
      }
      float depth = dmin * (out[to + j] >> 4 & 15);
      for (int i = 16 * j; i < 16 * j + 16; i++) {
        int level = Rounding.nearest((x[at + i] + depth) / scale);
        levels[i] = Math.max(0, Math.min(3, level));
      }
    }
    for (int i = 0; i < 64; i++) {
      int from = 128 * (i / 32) + i % 32;
      int low = levels[from] | levels[from + 32] << 2;
      out[to + 16 + i] = (byte) (low | levels[from + 64] << 4 | levels[from + 96] << 6);
    }
  }

  /// Writes all of a block but the levels, with the scales that fit best where sub-blocks count as
  /// `sums` says.
  static void putScales(
      float[] scales,
      float[] depths,
      float[] sums,
      int from,
      FittedScales scaleFit,
      FittedScales depthFit,
      byte[] out,
      int to) {
    Halves.put(out, to + 80, scaleFit.fit(scales, from, 16, 15, sums));
    Halves.put(out, to + 82, depthFit.fit(depths, from, 16, 15, sums));
    for (int j = 0; j < 16; j++) {
      out[to + j] = (byte) (scaleFit.levels[j] | depthFit.levels[j] << 4);
    }
  }

  /// Writes all of a block but the levels.
  static void putScales(float[] scales, float[] depths, int from, byte[] out, int to) {
    float topScale = 0;
    float topDepth = 0;
    for (int j = 0; j < 16; j++) {
      topScale = scales[from + j] > topScale ? scales[from + j] : topScale;
      topDepth = depths[from + j] > topDepth ? depths[from + j] : topDepth;
    }
    Halves.put(out, to + 80, topScale / 15);
    Halves.put(out, to + 82, topDepth / 15);
    float inverseScale = topScale > 0 ? 15 / topScale : 0;
    float inverseDepth = topDepth > 0 ? 15 / topDepth : 0;
    for (int j = 0; j < 16; j++) {
      int scale = Rounding.nearest(inverseScale * scales[from + j]);
      out[to + j] = (byte) (scale | Rounding.nearest(inverseDepth * depths[from + j]) << 4);
    }
  }
}
