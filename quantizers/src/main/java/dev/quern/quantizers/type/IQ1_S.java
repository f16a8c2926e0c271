package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// IQ1_S: 256 weights in 8 groups of 32, each of four points of a grid of 2048, 1.5625 bits per
/// weight.
///
/// | at | bytes | field | meaning                                                                 |
/// |---:|------:|-------|-------------------------------------------------------------------------|
/// |  0 |     2 | `d`   | scale, IEEE half                                                        |
/// |  2 |    32 | `q`   | low eight bits of the points                                            |
/// | 34 |    16 | `h`   | per group 16 bits: upper three of each point, scale `s` in the next three, sign of the offset on top |
///
/// `x = d * (2 * s + 1) * (point ± 1/8)`.
public final class IQ1_S implements BlockCodec {
  /// What every point is moved by, up or down.
  static final float OFFSET = 0.125f;

  @Override
  public GgmlType type() {
    return GgmlType.IQ1_S;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.IQ1_S, n);
    for (int b = 0; b < blocks; b++) {
      decodeBlock(in, at + 50L * b, out, to + 256 * b);
    }
  }

  @Override
  public boolean needsImportance() {
    return true;
  }

  @Override
  public RowEncoder newEncoder() {
    return new LaneEncoder(
        GgmlType.IQ1_S, IQ1_SEncoder.BLOCKS, new IQ1_SEncoder(new CutLanes(), ThreeLevels.lanes()));
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(
        GgmlType.IQ1_S, new IQ1_SEncoder(new CutSearch(), ThreeLevels.scalar()));
  }

  private static void decodeBlock(MemorySegment in, long at, float[] out, int to) {
    float d = Halves.get(in, at);
    for (int j = 0; j < 8; j++) {
      int h = in.get(Le.SHORT, at + 34 + 2L * j) & 0xffff;
      float scale = d * (2 * (h >> 12 & 7) + 1);
      float offset = h >> 15 == 0 ? OFFSET : -OFFSET;
      for (int k = 0; k < 4; k++) {
        int point = (in.get(Le.BYTE, at + 2 + 4L * j + k) & 0xff) | (h >> (3 * k) & 7) << 8;
        Grid.IQ1.putShifted(point, scale, offset, out, to + 32 * j + 8 * k);
      }
    }
  }
}
