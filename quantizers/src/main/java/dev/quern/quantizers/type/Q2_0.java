package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// Q2_0: 64 weights of -1, 0, 1 or 2 under one scale, 2.25 bits per weight.
///
/// | at | bytes | field | meaning                                         |
/// |---:|------:|-------|-------------------------------------------------|
/// |  0 |     2 | `d`   | scale, IEEE half                                |
/// |  2 |    16 | `q`   | bits `2 * (i % 4)` of byte `i / 4`: weight `i`  |
///
/// `x = d * (q - 1)`.
public final class Q2_0 implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.Q2_0;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.Q2_0, n);
    for (int b = 0; b < blocks; b++) {
      decodeBlock(in, at + 18L * b, out, to + 64 * b);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return new ScalarEncoder(GgmlType.Q2_0, Ternary::q2_0);
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.Q2_0, Ternary::q2_0);
  }

  private static void decodeBlock(MemorySegment in, long at, float[] out, int to) {
    float d = Halves.get(in, at);
    for (int i = 0; i < 64; i++) {
      int q = in.get(Le.BYTE, at + 2 + (i >> 2)) >> (2 * (i & 3)) & 3;
      out[to + i] = (q - 1) * d;
    }
  }
}
