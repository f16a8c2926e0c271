package dev.quern.quantizers.type;

import java.util.Arrays;

/// The encoder of IQ3_S around a search.
final class IQ3_SEncoder implements ScalarEncoder.Block {
  private final GridSearcher search;
  private final float[] weights = new float[256];
  private final float[] scales = new float[8];
  private final int[] levels = new int[8];

  IQ3_SEncoder(GridSearcher search) {
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
    Arrays.fill(out, to, to + 110, (byte) 0);
    int next = 0; // the reference leaves no room for a group of zeros, so later ones move up
    for (int j = 0; j < 8; j++) {
      System.arraycopy(weights, 32 * j, search.weights(), 0, 32);
      scales[j] = search.scale(x, at + 32 * j);
      if (search.isEmpty()) {
        continue;
      }
      for (int k = 0; k < 8; k++) {
        int point = search.points()[k];
        out[to + 2 + 8 * next + k] = (byte) point;
        out[to + 66 + j] |= (byte) (point >> 8 << k);
      }
      for (int k = 0; k < 4; k++) {
        out[to + 74 + 4 * next + k] = (byte) search.signs()[k];
      }
      next++;
    }
    if (GridScales.put(scales, levels, 1.033f, out, to)) {
      for (int j = 0; j < 4; j++) {
        out[to + 106 + j] = (byte) (levels[2 * j] | levels[2 * j + 1] << 4);
      }
    }
  }
}
