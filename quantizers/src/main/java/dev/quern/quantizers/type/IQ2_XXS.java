package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// IQ2_XXS: 256 weights in 8 groups of 32, each of four points of a grid of 256, 2.0625 bits per
/// weight.
///
/// | at | bytes | field | meaning                                                                 |
/// |---:|------:|-------|-------------------------------------------------------------------------|
/// |  0 |     2 | `d`   | scale, IEEE half                                                        |
/// |  2 |    64 | `g`   | per group: four bytes, its points; 32 bits: four times seven signs (the eighth makes the minuses even), scale `s` in the top four |
///
/// `x = d * (s + 0.5) / 4 * point`, with its sign.
public final class IQ2_XXS implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.IQ2_XXS;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.IQ2_XXS, n);
    for (int b = 0; b < blocks; b++) {
      decodeBlock(in, at + 66L * b, out, to + 256 * b);
    }
  }

  @Override
  public boolean needsImportance() {
    return true;
  }

  @Override
  public RowEncoder newEncoder() {
    return LaneEncoder.ofBlocks(
        GgmlType.IQ2_XXS, new IQ2_XXSEncoder(new GridLanes(GridPlan.iq2_xxs())));
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(
        GgmlType.IQ2_XXS, new IQ2_XXSEncoder(new GridSearch(GridPlan.iq2_xxs())));
  }

  private static void decodeBlock(MemorySegment in, long at, float[] out, int to) {
    float d = Halves.get(in, at);
    for (int j = 0; j < 8; j++) {
      int tail = in.get(Le.INT, at + 6 + 8L * j);
      float scale = d * (0.5f + (tail >>> 28)) * 0.25f;
      for (int k = 0; k < 4; k++) {
        int point = in.get(Le.BYTE, at + 2 + 8L * j + k) & 0xff;
        int signs = Grid.evenSigns(tail >>> (7 * k) & 127);
        Grid.IQ2_XXS.put(point, scale, signs, out, to + 32 * j + 8 * k);
      }
    }
  }
}
