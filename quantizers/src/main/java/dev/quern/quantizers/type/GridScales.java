package dev.quern.quantizers.type;

/// The scales of the groups of a block, rounded to four bits: `(2 * level + 1) * d`.
final class GridScales {
  private GridScales() {}

  /// Writes what multiplies the scales to `out[to]` and their levels to `levels`; false if all are
  /// zero, and then only a zero is written.
  ///
  /// @param stretch makes up for the greatest scale being too small after rounding
  static boolean put(float[] scales, int[] levels, float stretch, byte[] out, int to) {
    float max = 0;
    for (float scale : scales) {
      max = max > scale ? max : scale;
    }
    if (max == 0) {
      Halves.put(out, to, 0);
      return false;
    }
    float d = max / 31;
    float inverse = 1 / d;
    Halves.put(out, to, d * stretch);
    for (int j = 0; j < scales.length; j++) {
      int level = Rounding.nearest(0.5f * (inverse * scales[j] - 1));
      levels[j] = Math.max(0, Math.min(15, level));
    }
    return true;
  }
}
