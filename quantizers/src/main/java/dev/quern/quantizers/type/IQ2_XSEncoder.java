package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import java.util.Arrays;

/// The encoder of IQ2_XS around a search.
final class IQ2_XSEncoder implements ScalarEncoder.Block {
  private final GridSearcher search;
  private final float[] weights = new float[256];
  private final float[] scales = new float[16];
  private final int[] levels = new int[16];

  IQ2_XSEncoder(GridSearcher search) {
    this.search = search;
  }

  @Override
  public void encode(float[] x, int at, byte[] out, int to) {
    throw Blocks.needsImportance(GgmlType.IQ2_XS);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, byte[] out, int to) {
    float mean = Weighing.meanSquare(x, at, 256);
    Weighing.weigh(x, at, 256, importance.values(), importance.from(), mean, weights, 0);
    Arrays.fill(out, to, to + 74, (byte) 0);
    for (int j = 0; j < 16; j++) {
      System.arraycopy(weights, 16 * j, search.weights(), 0, 16);
      scales[j] = search.scale(x, at + 16 * j);
      for (int k = 0; k < 2; k++) {
        int code = search.points()[k] | (search.signs()[k] & 127) << 9;
        out[to + 2 + 4 * j + 2 * k] = (byte) code;
        out[to + 3 + 4 * j + 2 * k] = (byte) (code >> 8);
      }
    }
    if (!GridScales.put(scales, levels, 1, out, to)) {
      Arrays.fill(out, to, to + 74, (byte) 0);
      return;
    }
    for (int j = 0; j < 8; j++) {
      out[to + 66 + j] = (byte) (levels[2 * j] | levels[2 * j + 1] << 4);
    }
  }
}
