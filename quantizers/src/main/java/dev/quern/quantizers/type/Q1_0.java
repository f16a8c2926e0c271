package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// Q1_0: the signs of 128 weights and one magnitude, 1.125 bits per weight.
///
/// | at | bytes | field | meaning                                    |
/// |---:|------:|-------|--------------------------------------------|
/// |  0 |     2 | `d`   | magnitude, IEEE half                       |
/// |  2 |    16 | `q`   | bit `i % 8` of byte `i / 8`: weight `i`    |
///
/// `x = d` where the bit is set, else `-d`.
public final class Q1_0 implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.Q1_0;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.Q1_0, n);
    for (int b = 0; b < blocks; b++) {
      decodeBlock(in, at + 18L * b, out, to + 128 * b);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return new ScalarEncoder(GgmlType.Q1_0, Ternary::q1_0);
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.Q1_0, Ternary::q1_0);
  }

  private static void decodeBlock(MemorySegment in, long at, float[] out, int to) {
    float d = Halves.get(in, at);
    for (int i = 0; i < 128; i++) {
      out[to + i] = (in.get(Le.BYTE, at + 2 + (i >> 3)) >> (i & 7) & 1) != 0 ? d : -d;
    }
  }
}
