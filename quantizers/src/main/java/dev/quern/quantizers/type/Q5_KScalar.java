package dev.quern.quantizers.type;

import java.util.Arrays;

/// The scalar encoder of Q5_K.
final class Q5_KScalar implements ScalarEncoder.Block {
  private final Affine32 affine = new Affine32(AffineSearch.Plan.Q5_K);

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
    Arrays.fill(out, to + 16, to + 48, (byte) 0);
    for (int i = 0; i < 256; i++) {
      out[to + 16 + i % 32] |= (byte) (levels[i] >> 4 << (i / 32));
    }
    for (int i = 0; i < 128; i++) {
      int from = 64 * (i / 32) + i % 32;
      out[to + 48 + i] = (byte) ((levels[from] & 15) | (levels[from + 32] & 15) << 4);
    }
  }
}
