package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// IQ2_XS: 256 weights in 16 groups of 16, each of two points of a grid of 512, 2.3125 bits per
/// weight.
///
/// | at | bytes | field | meaning                                                                 |
/// |---:|------:|-------|-------------------------------------------------------------------------|
/// |  0 |     2 | `d`   | scale, IEEE half                                                        |
/// |  2 |    64 | `g`   | 32 times 16 bits: point in the low nine, seven signs in the others      |
/// | 66 |     8 | `s`   | scales of the groups, four bits each, low nibble first                  |
///
/// `x = d * (s + 0.5) / 4 * point`, with its sign; the eighth sign makes the minuses even.
public final class IQ2_XS implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.IQ2_XS;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.IQ2_XS, n);
    for (int b = 0; b < blocks; b++) {
      decodeBlock(in, at + 74L * b, out, to + 256 * b);
    }
  }

  @Override
  public boolean needsImportance() {
    return true;
  }

  @Override
  public RowEncoder newEncoder() {
    return LaneEncoder.ofBlocks(
        GgmlType.IQ2_XS, new IQ2_XSEncoder(new GridLanes(GridPlan.iq2_xs())));
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.IQ2_XS, new IQ2_XSEncoder(new GridSearch(GridPlan.iq2_xs())));
  }

  private static void decodeBlock(MemorySegment in, long at, float[] out, int to) {
    float d = Halves.get(in, at);
    for (int j = 0; j < 16; j++) {
      int s = in.get(Le.BYTE, at + 66 + (j >> 1)) >> (4 * (j & 1)) & 15;
      float scale = d * (0.5f + s) * 0.25f;
      for (int k = 2 * j; k < 2 * j + 2; k++) {
        int code = in.get(Le.SHORT, at + 2 + 2L * k) & 0xffff;
        Grid.IQ2_XS.put(code & 511, scale, Grid.evenSigns(code >> 9), out, to + 8 * k);
      }
    }
  }
}
