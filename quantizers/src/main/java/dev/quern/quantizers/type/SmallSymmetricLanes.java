package dev.quern.quantizers.type;

/// [SmallSymmetric] for sixteen blocks at a time.
final class SmallSymmetricLanes implements LaneEncoder.Batch {
  private final ScalarEncoder.Block plain;
  private final int reach;
  private final int bytes;
  private final SymmetricLanes search;
  private final float[] weights = new float[512];
  private final int[] levels = new int[32];

  /// @param reach 8 for Q4_0, 16 for Q5_0
  SmallSymmetricLanes(ScalarEncoder.Block plain, int reach) {
    this.plain = plain;
    this.reach = reach;
    this.bytes = reach == 16 ? 22 : 18;
    this.search = new SymmetricLanes(reach, 32);
  }

  @Override
  public void encode(float[] x, int at, int blocks, byte[] out) {
    for (int b = 0; b < blocks; b++) {
      plain.encode(x, at + 32 * b, out, bytes * b);
    }
  }

  @Override
  public void encode(float[] x, int at, Importance importance, int blocks, byte[] out) {
    float mean = importance.meanSquare();
    int n = 32 * blocks;
    Weighing.weigh(x, at, n, importance.values(), importance.from(), mean, weights, 0);
    search.search(x, at, weights, 0, blocks);
    for (int b = 0; b < blocks; b++) {
      Halves.put(out, bytes * b, search.scales[b]);
      search.putLevels(b, levels, 0);
      SmallBlocks.putLevels(levels, reach == 16, out, bytes * b + 2);
    }
  }
}
