package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// IQ3_S: 256 weights in 8 groups of 32, each of eight points of a grid of 512, 3.4375 bits per
/// weight.
///
/// |  at | bytes | field | meaning                                                                |
/// |----:|------:|-------|------------------------------------------------------------------------|
/// |   0 |     2 | `d`   | scale, IEEE half                                                       |
/// |   2 |    64 | `q`   | low eight bits of the points, of four weights each                     |
/// |  66 |     8 | `h`   | their ninth bits, one byte per group                                   |
/// |  74 |    32 | `n`   | signs, one bit per weight                                              |
/// | 106 |     4 | `s`   | scales of the groups, four bits each, low nibble first                 |
///
/// `x = d * (2 * s + 1) * point`, with its sign.
public final class IQ3_S implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.IQ3_S;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.IQ3_S, n);
    for (int b = 0; b < blocks; b++) {
      decodeBlock(in, at + 110L * b, out, to + 256 * b);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return LaneEncoder.ofBlocks(GgmlType.IQ3_S, new IQ3_SEncoder(new GridLanes(GridPlan.iq3_s())));
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.IQ3_S, new IQ3_SEncoder(new GridSearch(GridPlan.iq3_s())));
  }

  private static void decodeBlock(MemorySegment in, long at, float[] out, int to) {
    float d = Halves.get(in, at);
    for (int j = 0; j < 8; j++) {
      int s = in.get(Le.BYTE, at + 106 + (j >> 1)) >> (4 * (j & 1)) & 15;
      float scale = d * (1 + 2 * s);
      int high = in.get(Le.BYTE, at + 66 + j);
      for (int k = 0; k < 8; k++) {
        int point = (in.get(Le.BYTE, at + 2 + 8L * j + k) & 0xff) | (high >> k & 1) << 8;
        int signs = in.get(Le.BYTE, at + 74 + 4L * j + (k >> 1)) >> (4 * (k & 1));
        Grid.IQ3_S.put(point, scale, signs, out, to + 32 * j + 4 * k);
      }
    }
  }
}
