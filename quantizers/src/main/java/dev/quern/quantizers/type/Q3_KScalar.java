package dev.quern.quantizers.type;

import java.util.Arrays;

/// The scalar encoder of Q3_K.
final class Q3_KScalar implements ScalarEncoder.Block {
  private final SymmetricSearch search = new SymmetricSearch();
  private final float[] scales = new float[16];
  private final int[] rounded = new int[16];
  private final int[] levels = new int[256];
  private final float[] weights = new float[256];
  private final float[] sums = new float[16];

  @Override
  public void encode(float[] x, int at, byte[] out, int to) {
    for (int j = 0; j < 16; j++) {
      scales[j] = search.refinedScale(x, at + 16 * j, 4, levels, 16 * j);
    }
    putLevels(x, at, putScales(scales, 0, rounded, out, to), out, to);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, byte[] out, int to) {
    float mean = 2 * Weighing.meanSquare(x, at, 256);
    Weighing.weigh(x, at, 256, importance.values(), importance.from(), mean, weights, 0);
    Weighing.sum(weights, 0, 256, 16, sums, 0);
    for (int j = 0; j < 16; j++) {
      scales[j] = search.scale(x, at + 16 * j, weights, 16 * j, 4, levels, 16 * j);
    }
    putLevels(x, at, putScales(scales, sums, search, rounded, out, to), out, to);
  }

  private void putLevels(float[] x, int at, float d, byte[] out, int to) {
    for (int j = 0; j < 16; j++) {
      float scale = d * rounded[j];
      if (scale == 0) {
        continue; // the levels of the search stay
      }
      for (int i = 16 * j; i < 16 * j + 16; i++) {
        levels[i] = Math.max(-4, Math.min(3, Rounding.nearest(x[at + i] / scale))) + 4;
      }
    }
    Arrays.fill(out, to, to + 32, (byte) 0);
    for (int i = 0; i < 256; i++) {
      out[to + i % 32] |= (byte) (levels[i] >> 2 << (i / 32));
    }
    for (int i = 0; i < 64; i++) {
      int from = 128 * (i / 32) + i % 32;
      int low = (levels[from] & 3) | (levels[from + 32] & 3) << 2;
      out[to + 32 + i] = (byte) (low | (levels[from + 64] & 3) << 4 | (levels[from + 96] & 3) << 6);
    }
  }

  /// Writes the 16 scales from `scales[from]`, leaves them rounded in `rounded`, and returns what
  /// multiplies them.
  static float putScales(float[] scales, int from, int[] rounded, byte[] out, int to) {
    float farthest = 0;
    for (int j = 0; j < 16; j++) {
      farthest = Math.abs(scales[from + j]) > Math.abs(farthest) ? scales[from + j] : farthest;
    }
    float inverse = farthest != 0 ? -32 / farthest : 0;
    for (int j = 0; j < 16; j++) {
      // without a scale the bytes are zero, which reads as -32
      int scale = -32;
      if (farthest != 0) {
        scale = Math.max(-32, Math.min(31, (byte) Rounding.nearest(inverse * scales[from + j])));
      }
      rounded[j] = scale;
    }
    pack(rounded, out, to);
    return Halves.put(out, to + 108, farthest != 0 ? 1 / inverse : 0);
  }

  /// As above, with the scales that fit best where sub-blocks count as `sums` says.
  static float putScales(
      float[] scales, float[] sums, SymmetricSearch search, int[] rounded, byte[] out, int to) {
    float d = search.scale(scales, 0, sums, 0, 32, rounded, 0);
    for (int j = 0; j < 16; j++) {
      rounded[j] -= 32;
    }
    pack(rounded, out, to);
    return Halves.put(out, to + 108, d);
  }

  private static void pack(int[] rounded, byte[] out, int to) {
    for (int j = 0; j < 8; j++) {
      int low = (rounded[j] + 32) & 15;
      int high = (rounded[j + 8] + 32) & 15;
      out[to + 96 + j] = (byte) (low | (high << 4));
    }
    for (int j = 0; j < 4; j++) {
      int bits = 0;
      for (int k = 0; k < 4; k++) {
        bits |= ((rounded[j + 4 * k] + 32) >> 4) << (2 * k);
      }
      out[to + 104 + j] = (byte) bits;
    }
  }
}
