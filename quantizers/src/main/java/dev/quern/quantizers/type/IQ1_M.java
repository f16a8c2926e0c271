package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// IQ1_M: 256 weights in 16 groups of 16, each of two points of a grid of 2048, 1.75 bits per
/// weight.
///
/// | at | bytes | field | meaning                                                                 |
/// |---:|------:|-------|-------------------------------------------------------------------------|
/// |  0 |    32 | `q`   | low eight bits of the points                                            |
/// | 32 |    16 | `h`   | per point four bits, low nibble first: its upper three, sign of its offset |
/// | 48 |     8 | `s`   | four times 16 bits: scales of four groups, three bits each; on top four bits of the half `d`, lowest first |
///
/// `x = d * (2 * s + 1) * (point ± 1/8)`.
public final class IQ1_M implements BlockCodec {
  private static float scale(MemorySegment in, long at) {
    int bits = 0;
    for (int i = 0; i < 4; i++) {
      bits |= (in.get(Le.SHORT, at + 2L * i) >> 12 & 15) << (4 * i);
    }
    return Float.float16ToFloat((short) bits);
  }

  @Override
  public GgmlType type() {
    return GgmlType.IQ1_M;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.IQ1_M, n);
    for (int b = 0; b < blocks; b++) {
      decodeBlock(in, at + 56L * b, out, to + 256 * b);
    }
  }

  @Override
  public boolean needsImportance() {
    return true;
  }

  @Override
  public RowEncoder newEncoder() {
    return LaneEncoder.ofBlocks(
        GgmlType.IQ1_M, new IQ1_MEncoder(new HalfCutLanes(), ThreeLevels.lanes()));
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(
        GgmlType.IQ1_M, new IQ1_MEncoder(new HalfCutSearch(), ThreeLevels.scalar()));
  }

  private static void decodeBlock(MemorySegment in, long at, float[] out, int to) {
    float d = scale(in, at + 48);
    for (int j = 0; j < 16; j++) {
      int s = in.get(Le.SHORT, at + 48 + 2L * (j >> 2)) >> (3 * (j & 3)) & 7;
      float scale = d * (2 * s + 1);
      for (int k = 2 * j; k < 2 * j + 2; k++) {
        int h = in.get(Le.BYTE, at + 32 + j) >> (4 * (k & 1)) & 15;
        int point = (in.get(Le.BYTE, at + k) & 0xff) | (h & 7) << 8;
        float offset = h < 8 ? IQ1_S.OFFSET : -IQ1_S.OFFSET;
        Grid.IQ1.putShifted(point, scale, offset, out, to + 8 * k);
      }
    }
  }
}
