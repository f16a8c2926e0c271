package dev.quern.quantizers.type;

/// The kernel of Q4_K: the sub-blocks of four blocks in 32 lanes.
final class Q4_KLanes implements LaneEncoder.Batch {
  private final Affine32Lanes affine = new Affine32Lanes(AffineSearch.Plan.Q4_K);

  @Override
  public void encode(float[] x, int at, int blocks, byte[] out) {
    affine.search(x, at, blocks);
    for (int b = 0; b < blocks; b++) {
      affine.quantize(x, at + 256 * b, b, out, 144 * b);
      Packing.nibbles(affine.levels, out, 144 * b + 16);
    }
  }

  @Override
  public void encode(float[] x, int at, Importance importance, int blocks, byte[] out) {
    affine.search(x, at, importance, blocks);
    for (int b = 0; b < blocks; b++) {
      affine.quantize(x, at + 256 * b, importance, b, out, 144 * b);
      Packing.nibbles(affine.levels, out, 144 * b + 16);
    }
  }
}
