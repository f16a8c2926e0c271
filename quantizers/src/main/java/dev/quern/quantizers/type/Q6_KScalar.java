package dev.quern.quantizers.type;

import java.util.Arrays;

/// The scalar encoder of Q6_K.
final class Q6_KScalar implements ScalarEncoder.Block {
  private final SymmetricSearch search = new SymmetricSearch();
  private final float[] scales = new float[16];
  private final int[] levels = new int[256];

  @Override
  public void encode(float[] x, int at, byte[] out, int to) {
    for (int j = 0; j < 16; j++) {
      scales[j] = search.scale(x, at + 16 * j, 32, levels, 16 * j);
    }
    finish(x, at, out, to);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, byte[] out, int to) {
    for (int j = 0; j < 16; j++) {
      int from = importance.from() + 16 * j;
      scales[j] = search.scale(x, at + 16 * j, importance.values(), from, 32, levels, 16 * j);
    }
    finish(x, at, out, to);
  }

  private void finish(float[] x, int at, byte[] out, int to) {
    if (!putScales(scales, out, to)) {
      return;
    }
    float d = Halves.get(out, to + 208);
    for (int j = 0; j < 16; j++) {
      float scale = d * out[to + 192 + j];
      if (scale == 0) {
        continue; // the levels of the search stay
      }
      for (int i = 16 * j; i < 16 * j + 16; i++) {
        levels[i] = Math.max(-32, Math.min(31, Rounding.nearest(x[at + i] / scale))) + 32;
      }
    }
    for (int i = 0; i < 64; i++) {
      int from = 128 * (i / 32) + i % 32;
      int low = to + 64 * (i / 32) + i % 32;
      out[low] = (byte) ((levels[from] & 15) | (levels[from + 64] & 15) << 4);
      out[low + 32] = (byte) ((levels[from + 32] & 15) | (levels[from + 96] & 15) << 4);
      int high = levels[from] >> 4 | levels[from + 32] >> 4 << 2;
      out[to + 128 + i] = (byte) (high | levels[from + 64] >> 4 << 4 | levels[from + 96] >> 4 << 6);
    }
  }

  /// Writes the scales; false if there are none, and then the whole block is zero.
  static boolean putScales(float[] scales, byte[] out, int to) {
    float farthest = 0;
    for (int j = 0; j < 16; j++) {
      farthest = Math.abs(scales[j]) > Math.abs(farthest) ? scales[j] : farthest;
    }
    if (Math.abs(farthest) < SymmetricSearch.TINY) {
      Arrays.fill(out, to, to + 210, (byte) 0);
      return false;
    }
    float inverse = -128 / farthest;
    Halves.put(out, to + 208, 1 / inverse);
    for (int j = 0; j < 16; j++) {
      out[to + 192 + j] = (byte) Math.min(127, Rounding.nearest(inverse * scales[j]));
    }
    return true;
  }
}
