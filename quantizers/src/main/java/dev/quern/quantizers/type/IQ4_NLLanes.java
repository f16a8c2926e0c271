package dev.quern.quantizers.type;

/// The kernel of IQ4_NL: sixteen blocks in as many lanes.
final class IQ4_NLLanes implements LaneEncoder.Batch {
  private final UnevenLanes search = new UnevenLanes();

  @Override
  public void encode(float[] x, int at, int blocks, byte[] out) {
    search.search(x, at, blocks);
    for (int b = 0; b < blocks; b++) {
      float scale = search.scales[b];
      Halves.put(out, 18 * b, scale);
      UnevenLanes.putLevels(x, at + 32 * b, scale != 0 ? 1 / scale : 0, out, 18 * b + 2);
    }
  }
}
