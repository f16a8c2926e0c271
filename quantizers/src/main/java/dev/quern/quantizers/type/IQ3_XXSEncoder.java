package dev.quern.quantizers.type;

import java.util.Arrays;

/// The encoder of IQ3_XXS around a search.
final class IQ3_XXSEncoder implements ScalarEncoder.Block {
  private final GridSearcher search;
  private final float[] weights = new float[256];
  private final float[] scales = new float[8];
  private final int[] levels = new int[8];
  private final int[] tails = new int[8];

  IQ3_XXSEncoder(GridSearcher search) {
    this.search = search;
  }

  @Override
  public void encode(float[] x, int at, byte[] out, int to) {
    for (int i = 0; i < 256; i++) {
      weights[i] = x[at + i] * x[at + i];
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
      System.arraycopy(weights, 32 * j, search.weights(), 0, 32);
      scales[j] = search.scale(x, at + 32 * j);
      for (int k = 0; k < 8; k++) {
        out[to + 2 + 8 * j + k] = (byte) search.points()[k];
      }
      tails[j] = 0;
      for (int k = 0; k < 4; k++) {
        tails[j] |= (search.signs()[k] & 127) << (7 * k);
      }
    }
    if (!GridScales.put(scales, levels, 1.0125f, out, to)) {
      Arrays.fill(out, to, to + 98, (byte) 0);
      return;
    }
    for (int j = 0; j < 8; j++) {
      SmallBlocks.putInt(out, to + 66 + 4 * j, tails[j] | levels[j] << 28);
    }
  }
}
