package dev.quern.quantizers.type;

/// The kernel of Q3_K: the sub-blocks of two blocks in thirty-two lanes.
final class Q3_KLanes implements LaneEncoder.Batch {
  private final RefinedLanes search = new RefinedLanes(4);
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

  private void encode(float[] x, int at, int first, byte[] out, int to) {
    float d = Q3_KScalar.putScales(search.scales, first, rounded, scales, 0);
    for (int j = 0; j < 16; j++) {
      float scale = d * rounded[j];
      if (scale == 0) {
        search.putLevels(first + j, levels, 16 * j);
      } else {
        Levels.put(x, at + 16 * j, 16, scale, 0, -4, 3, levels, 16 * j);
        Levels.add(levels, 16 * j, 4);
      }
    }
    Packing.bits(levels, 2, out, to);
    Packing.pairs(levels, 0, out, to + 32);
    System.arraycopy(scales, 96, out, to + 96, 14);
  }
}
