package dev.quern.quantizers.type;

/// The kernel of IQ4_XS: the groups of two blocks in sixteen lanes.
final class IQ4_XSLanes implements LaneEncoder.Batch {
  private final UnevenLanes search = new UnevenLanes();
  private final float[] weights = new float[512];
  private final float[] inverses = new float[8];

  @Override
  public void encode(float[] x, int at, int blocks, byte[] out) {
    search.search(x, at, 8 * blocks);
    finish(x, at, blocks, out);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, int blocks, byte[] out) {
    Weighing.weighBlocks(x, at, 256, blocks, 2, importance.values(), importance.from(), weights);
    search.search(x, at, weights, 0, 8 * blocks);
    finish(x, at, blocks, out);
  }

  private void finish(float[] x, int at, int blocks, byte[] out) {
    for (int b = 0; b < blocks; b++) {
      int to = 136 * b;
      IQ4_XSScalar.putScales(search.scales, 8 * b, inverses, out, to);
      for (int j = 0; j < 8; j++) {
        int from = at + 256 * b + 32 * j;
        UnevenLanes.putLevels(x, from, inverses[j], out, to + 8 + 16 * j);
      }
    }
  }
}
