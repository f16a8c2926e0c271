package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// IQ3_XXS: 256 weights in 8 groups of 32, each of eight points of a grid of 256, 3.0625 bits per
/// weight.
///
/// | at | bytes | field | meaning                                                                 |
/// |---:|------:|-------|-------------------------------------------------------------------------|
/// |  0 |     2 | `d`   | scale, IEEE half                                                        |
/// |  2 |    64 | `q`   | points, of four weights each                                            |
/// | 66 |    32 | `g`   | per group 32 bits: four times seven signs (the eighth makes the minuses even), scale `s` in the top four |
///
/// `x = d * (s + 0.5) / 2 * point`, with its sign.
public final class IQ3_XXS implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.IQ3_XXS;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.IQ3_XXS, n);
    for (int b = 0; b < blocks; b++) {
      decodeBlock(in, at + 98L * b, out, to + 256 * b);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return LaneEncoder.ofBlocks(
        GgmlType.IQ3_XXS, new IQ3_XXSEncoder(new GridLanes(GridPlan.iq3_xxs())));
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(
        GgmlType.IQ3_XXS, new IQ3_XXSEncoder(new GridSearch(GridPlan.iq3_xxs())));
  }

  private static void decodeBlock(MemorySegment in, long at, float[] out, int to) {
    float d = Halves.get(in, at);
    for (int j = 0; j < 8; j++) {
      int tail = in.get(Le.INT, at + 66 + 4L * j);
      float scale = d * (0.5f + (tail >>> 28)) * 0.5f;
      for (int k = 0; k < 8; k++) {
        int point = in.get(Le.BYTE, at + 2 + 8L * j + k) & 0xff;
        int signs = Grid.evenSigns(tail >>> (7 * (k >> 1)) & 127) >> (4 * (k & 1));
        Grid.IQ3_XXS.put(point, scale, signs, out, to + 32 * j + 4 * k);
      }
    }
  }
}
