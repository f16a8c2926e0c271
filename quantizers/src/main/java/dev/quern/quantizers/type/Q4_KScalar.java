package dev.quern.quantizers.type;

/// The scalar encoder of Q4_K.
final class Q4_KScalar implements ScalarEncoder.Block {
  private final Affine32 affine = new Affine32(AffineSearch.Plan.Q4_K);

  @Override
  public void encode(float[] x, int at, byte[] out, int to) {
    affine.quantize(x, at, out, to);
    pack(out, to);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, byte[] out, int to) {
    affine.quantize(x, at, importance, out, to);
    pack(out, to);
  }

  private void pack(byte[] out, int to) {
    int[] levels = affine.levels;
    for (int i = 0; i < 128; i++) {
      int from = 64 * (i / 32) + i % 32;
      out[to + 16 + i] = (byte) (levels[from] | levels[from + 32] << 4);
    }
  }
}
