package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// TQ2_0: 256 weights of -1, 0 or 1, four to a byte, under one scale, 2.0625 bits per weight.
///
/// | at | bytes | field | meaning                                                                  |
/// |---:|------:|-------|--------------------------------------------------------------------------|
/// |  0 |    64 | `q`   | bits `2k` of byte `32h + i`: weight `128h + 32k + i`                     |
/// | 64 |     2 | `d`   | scale, IEEE half                                                         |
///
/// `x = d * (q - 1)`.
public final class TQ2_0 implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.TQ2_0;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.TQ2_0, n);
    for (int b = 0; b < blocks; b++) {
      decodeBlock(in, at + 66L * b, out, to + 256 * b);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return new ScalarEncoder(GgmlType.TQ2_0, Ternary::tq2_0);
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.TQ2_0, Ternary::tq2_0);
  }

  private static void decodeBlock(MemorySegment in, long at, float[] out, int to) {
    float d = Halves.get(in, at + 64);
    for (int j = 0; j < 8; j++) {
      for (int i = 0; i < 32; i++) {
        int q = in.get(Le.BYTE, at + 32L * (j >> 2) + i) >> (2 * (j & 3)) & 3;
        out[to + 32 * j + i] = d * (q - 1);
      }
    }
  }
}
