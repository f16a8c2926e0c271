package dev.quern.quantizers.type;

import java.util.Arrays;

/// The scalar encoder of IQ4_XS.
final class IQ4_XSScalar implements ScalarEncoder.Block {
  private final UnevenSearch search = new UnevenSearch();
  private final float[] weights = new float[256];
  private final float[] scales = new float[8];
  private final float[] inverses = new float[8];

  @Override
  public void encode(float[] x, int at, byte[] out, int to) {
    for (int j = 0; j < 8; j++) {
      for (int i = 0; i < 32; i++) {
        float v = x[at + 32 * j + i];
        weights[32 * j + i] = v * v;
      }
    }
    finish(x, at, out, to);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, byte[] out, int to) {
    float mean = 2 * Weighing.meanSquare(x, at, 256);
    Weighing.weigh(x, at, 256, importance.values(), importance.from(), mean, weights, 0);
    finish(x, at, out, to);
  }

  private void finish(float[] x, int at, byte[] out, int to) {
    for (int j = 0; j < 8; j++) {
      scales[j] = search.scale(x, at + 32 * j, weights, 32 * j);
    }
    putScales(scales, 0, inverses, out, to);
    for (int j = 0; j < 8; j++) {
      UnevenSearch.putLevels(x, at + 32 * j, inverses[j], out, to + 8 + 16 * j);
    }
  }

  /// Writes the first eight bytes of a block, and the inverses of the scales as rounded.
  static void putScales(float[] scales, int from, float[] inverses, byte[] out, int to) {
    float farthest = 0;
    for (int j = from; j < from + 8; j++) {
      farthest = Math.abs(scales[j]) > Math.abs(farthest) ? scales[j] : farthest;
    }
    float d = -farthest / 32;
    float inverse = d != 0 ? 1 / d : 0;
    Halves.put(out, to, d);
    Arrays.fill(out, to + 2, to + 8, (byte) 0);
    for (int j = 0; j < 8; j++) {
      int level = Rounding.nearest(inverse * scales[from + j]);
      level = Math.max(-32, Math.min(31, level));
      float scale = d * level;
      inverses[j] = scale != 0 ? 1 / scale : 0;
      out[to + 4 + j / 2] |= (byte) (((level + 32) & 15) << (4 * (j % 2)));
      out[to + 2 + j / 4] |= (byte) ((level + 32) >> 4 << (2 * (j % 4)));
    }
  }
}
