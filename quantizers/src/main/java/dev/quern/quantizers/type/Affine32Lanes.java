package dev.quern.quantizers.type;

/// [Affine32] for two blocks at a time.
final class Affine32Lanes {
  /// Levels of the 256 weights after [#quantize].
  final int[] levels = new int[256];

  private final AffineSearch.Plan plan;
  private final AffineLanes search;
  private final Affine32 scalar;

  Affine32Lanes(AffineSearch.Plan plan) {
    this.plan = plan;
    this.search = new AffineLanes(plan);
    this.scalar = new Affine32(plan);
  }

  /// Searches the scales of one or two blocks.
  void search(float[] x, int at, int blocks) {
    search.search(x, at, 8 * blocks);
  }

  /// Finds the levels of block `b` of the last search, whose weights start at `x[at]`, and writes
  /// its first 16 bytes.
  void quantize(float[] x, int at, int b, byte[] out, int to) {
    for (int j = 8 * b; j < 8 * b + 8; j++) {
      if (search.isOdd(j)) {
        scalar.quantize(x, at, out, to);
        System.arraycopy(scalar.levels, 0, levels, 0, 256);
        return;
      }
    }
    PackedScales.put(search.scales, search.depths, 8 * b, out, to);
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
