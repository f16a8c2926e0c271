package dev.quern.quantizers.type;

/// The kernel of Q3_K: the sub-blocks of four blocks in 64 lanes.
final class Q3_KLanes implements LaneEncoder.Batch {
  private final RefinedLanes search = new RefinedLanes(4);
  private final SymmetricLanes weightedSearch = new SymmetricLanes(4);
  private final SymmetricSearch scaleSearch = new SymmetricSearch();
  private final float[] weights = new float[256];
  private final float[] sums = new float[16];
  private final int[] rounded = new int[16];
  private final int[] levels = new int[256];
  private final byte[] scales = new byte[110];

  @Override
  public void encode(float[] x, int at, int blocks, byte[] out) {
    search.search(x, at, blocks);
    for (int b = 0; b < blocks; b++) {
      encode(x, at + 256 * b, 16 * b, out, 110 * b);
    }
  }

  @Override
  public void encode(float[] x, int at, Importance importance, int blocks, byte[] out) {
    for (int b = 0; b < blocks; b++) {
      encode(x, at + 256 * b, importance.later(256 * b), out, 110 * b);
    }
  }

  private void encode(float[] x, int at, Importance importance, byte[] out, int to) {
    float mean = 2 * Weighing.meanSquare(x, at, 256);
    Weighing.weigh(x, at, 256, importance.values(), importance.from(), mean, weights, 0);
    Weighing.sum(weights, 0, 256, 16, sums, 0);
    weightedSearch.search(x, at, weights, 0, 16);
    float d = Q3_KScalar.putScales(weightedSearch.scales, sums, scaleSearch, rounded, scales, 0);
    for (int j = 0; j < 16; j++) {
      if (d * rounded[j] == 0) {
        weightedSearch.putLevels(j, levels, 16 * j);
      }
    }
    putLevels(x, at, d, out, to);
  }

  private void encode(float[] x, int at, int first, byte[] out, int to) {
    float d = Q3_KScalar.putScales(search.scales, first, rounded, scales, 0);
    for (int j = 0; j < 16; j++) {
      if (d * rounded[j] == 0) {
        search.putLevels(first + j, levels, 16 * j);
      }
    }
    putLevels(x, at, d, out, to);
  }

  private void putLevels(float[] x, int at, float d, byte[] out, int to) {
    for (int j = 0; j < 16; j++) {
      float scale = d * rounded[j];
      if (scale != 0) {
        Levels.put(x, at + 16 * j, 16, scale, 0, -4, 3, levels, 16 * j);
      }
    }
    Packing.bits(levels, 2, out, to);
    Packing.pairs(levels, 0, out, to + 32);
    System.arraycopy(scales, 96, out, to + 96, 14);
  }
}
