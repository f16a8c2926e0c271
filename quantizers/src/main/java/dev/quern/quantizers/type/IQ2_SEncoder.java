package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import java.util.Arrays;

/// The encoder of IQ2_S around a search.
final class IQ2_SEncoder implements ScalarEncoder.Block {
  private final GridSearcher search;
  private final float[] weights = new float[256];
  private final float[] scales = new float[16];
  private final int[] levels = new int[16];

  IQ2_SEncoder(GridSearcher search) {
    this.search = search;
  }

  @Override
  public void encode(float[] x, int at, byte[] out, int to) {
    throw Blocks.needsImportance(GgmlType.IQ2_S);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, byte[] out, int to) {
    float mean = 2 * Weighing.meanSquare(x, at, 256);
    Weighing.weigh(x, at, 256, importance.values(), importance.from(), mean, weights, 0);
    Arrays.fill(out, to, to + 82, (byte) 0);
    for (int j = 0; j < 16; j++) {
      System.arraycopy(weights, 16 * j, search.weights(), 0, 16);
      scales[j] = search.scale(x, at + 16 * j);
      for (int k = 0; k < 2; k++) {
        int part = 2 * j + k;
        int point = search.points()[k];
        out[to + 2 + part] = (byte) point;
        out[to + 34 + part] = (byte) search.signs()[k];
        out[to + 66 + part / 4] |= (byte) (point >> 8 << (2 * (part % 4)));
      }
    }
    if (GridScales.put(scales, levels, 0.9875f, out, to)) {
      for (int j = 0; j < 8; j++) {
        out[to + 74 + j] = (byte) (levels[2 * j] | levels[2 * j + 1] << 4);
      }
    }
  }
}
