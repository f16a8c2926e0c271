package dev.quern.quantizers.type;

/// The kernel of Q6_K: the sixteen sub-blocks of a block in as many lanes.
final class Q6_KLanes implements LaneEncoder.Batch {
  private final SymmetricLanes search = new SymmetricLanes(32);
  private final int[] levels = new int[256];
  private final byte[] scales = new byte[210];

  @Override
  public void encode(float[] x, int at, int blocks, byte[] out) {
    search.search(x, at);
    finish(x, at, out);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, int blocks, byte[] out) {
    search.search(x, at, importance.values(), importance.from(), 16);
    finish(x, at, out);
  }

  private void finish(float[] x, int at, byte[] out) {
    if (!Q6_KScalar.putScales(search.scales, scales, 0)) {
      System.arraycopy(scales, 0, out, 0, scales.length);
      return;
    }
    float d = Halves.get(scales, 208);
    for (int j = 0; j < 16; j++) {
      float scale = d * scales[192 + j];
      if (scale == 0) {
        search.putLevels(j, levels, 16 * j);
      } else {
        Levels.put(x, at + 16 * j, 16, scale, 0, -32, 31, levels, 16 * j);
      }
    }
    Packing.nibblesOfHalves(levels, out, 0);
    Packing.pairs(levels, 4, out, 128);
    System.arraycopy(scales, 192, out, 192, 18);
  }
}
