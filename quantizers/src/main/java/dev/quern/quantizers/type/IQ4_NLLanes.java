package dev.quern.quantizers.type;

/// The kernel of IQ4_NL: sixteen blocks in as many lanes.
final class IQ4_NLLanes implements LaneEncoder.Batch {
  private final UnevenLanes search = new UnevenLanes();
  private final float[] weights = new float[512];

  @Override
  public void encode(float[] x, int at, int blocks, byte[] out) {
    search.search(x, at, blocks);
    finish(x, at, blocks, out);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, int blocks, byte[] out) {
    Weighing.weighBlocks(x, at, 32, blocks, 2, importance.values(), importance.from(), weights);
    search.search(x, at, weights, 0, blocks);
    finish(x, at, blocks, out);
  }

  private void finish(float[] x, int at, int blocks, byte[] out) {
    for (int b = 0; b < blocks; b++) {
      float scale = search.scales[b];
      Halves.put(out, 18 * b, scale);
      UnevenLanes.putLevels(x, at + 32 * b, scale != 0 ? 1 / scale : 0, out, 18 * b + 2);
    }
  }
}
