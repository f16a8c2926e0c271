package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import java.util.Arrays;

/// The encoder of IQ2_XXS around a search.
final class IQ2_XXSEncoder implements ScalarEncoder.Block {
  private final GridSearcher search;
  private final float[] weights = new float[256];
  private final float[] scales = new float[8];
  private final int[] levels = new int[8];

  IQ2_XXSEncoder(GridSearcher search) {
    this.search = search;
  }

  @Override
  public void encode(float[] x, int at, byte[] out, int to) {
    throw Blocks.needsImportance(GgmlType.IQ2_XXS);
  }

  @Override
  public void encode(float[] x, int at, Importance importance, byte[] out, int to) {
    float mean = Weighing.meanSquare(x, at, 256);
    Weighing.weigh(x, at, 256, importance.values(), importance.from(), mean, weights, 0);
    Arrays.fill(out, to, to + 66, (byte) 0);
    for (int j = 0; j < 8; j++) {
      System.arraycopy(weights, 32 * j, search.weights(), 0, 32);
      scales[j] = search.scale(x, at + 32 * j);
      int tail = 0;
      for (int k = 0; k < 4; k++) {
        out[to + 2 + 8 * j + k] = (byte) search.points()[k];
        tail |= (search.signs()[k] & 127) << (7 * k);
      }
      SmallBlocks.putInt(out, to + 6 + 8 * j, tail);
    }
    if (!GridScales.put(scales, levels, 1, out, to)) {
      Arrays.fill(out, to, to + 66, (byte) 0);
      return;
    }
    for (int j = 0; j < 8; j++) {
      out[to + 9 + 8 * j] |= (byte) (levels[j] << 4);
    }
  }
}
