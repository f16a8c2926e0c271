package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// IQ2_S: 256 weights in 16 groups of 16, each of two points of a grid of 1024, 2.5625 bits per
/// weight.
///
/// | at | bytes | field | meaning                                                                 |
/// |---:|------:|-------|-------------------------------------------------------------------------|
/// |  0 |     2 | `d`   | scale, IEEE half                                                        |
/// |  2 |    32 | `q`   | low eight bits of the points                                            |
/// | 34 |    32 | `n`   | signs, one byte per point                                               |
/// | 66 |     8 | `h`   | upper two bits of the points, lowest first                              |
/// | 74 |     8 | `s`   | scales of the groups, four bits each, low nibble first                  |
///
/// `x = d * (s + 0.5) / 4 * point`, with its sign.
public final class IQ2_S implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.IQ2_S;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.IQ2_S, n);
    for (int b = 0; b < blocks; b++) {
      decodeBlock(in, at + 82L * b, out, to + 256 * b);
    }
  }

  @Override
  public boolean needsImportance() {
    return true;
  }

  @Override
  public RowEncoder newEncoder() {
    return LaneEncoder.ofBlocks(GgmlType.IQ2_S, new IQ2_SEncoder(new GridLanes(GridPlan.iq2_s())));
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.IQ2_S, new IQ2_SEncoder(new GridSearch(GridPlan.iq2_s())));
  }

  private static void decodeBlock(MemorySegment in, long at, float[] out, int to) {
    float d = Halves.get(in, at);
    for (int j = 0; j < 16; j++) {
      int s = in.get(Le.BYTE, at + 74 + (j >> 1)) >> (4 * (j & 1)) & 15;
      float scale = d * (0.5f + s) * 0.25f;
      for (int k = 2 * j; k < 2 * j + 2; k++) {
        int high = in.get(Le.BYTE, at + 66 + (k >> 2)) >> (2 * (k & 3)) & 3;
        int point = (in.get(Le.BYTE, at + 2 + k) & 0xff) | high << 8;
        Grid.IQ2_S.put(point, scale, in.get(Le.BYTE, at + 34 + k), out, to + 8 * k);
      }
    }
  }
}
