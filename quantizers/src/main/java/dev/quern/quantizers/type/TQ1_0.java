package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// TQ1_0: 256 weights of -1, 0 or 1, five to a byte, under one scale, 1.6875 bits per weight.
///
/// | at | bytes | field | meaning                                                                 |
/// |---:|------:|-------|-------------------------------------------------------------------------|
/// |  0 |    32 | `a`   | byte `i`: weights `i`, `32 + i`, ... `128 + i`                          |
/// | 32 |    16 | `b`   | byte `i`: weights `160 + i`, `176 + i`, ... `224 + i`                   |
/// | 48 |     4 | `c`   | byte `i`: weights `240 + i`, `244 + i`, `248 + i`, `252 + i`            |
/// | 52 |     2 | `d`   | scale, IEEE half                                                        |
///
/// A byte is a fraction of 256 in base three: multiplied by three, the carry is the first digit. `x
/// = d * (digit - 1)`.
public final class TQ1_0 implements BlockCodec {

  private static void decodeDigits(
      MemorySegment in, long at, int bytes, int digits, float d, float[] out, int to) {
    for (int i = 0; i < bytes; i++) {
      int rest = in.get(Le.BYTE, at + i) & 0xff;
      for (int k = 0; k < digits; k++) {
        rest *= 3;
        out[to + bytes * k + i] = d * ((rest >> 8) - 1);
        rest &= 0xff;
      }
    }
  }

  @Override
  public GgmlType type() {
    return GgmlType.TQ1_0;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.TQ1_0, n);
    for (int b = 0; b < blocks; b++) {
      decodeBlock(in, at + 54L * b, out, to + 256 * b);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return new ScalarEncoder(GgmlType.TQ1_0, Ternary::tq1_0);
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.TQ1_0, Ternary::tq1_0);
  }

  private static void decodeBlock(MemorySegment in, long at, float[] out, int to) {
    float d = Halves.get(in, at + 52);
    decodeDigits(in, at, 32, 5, d, out, to);
    decodeDigits(in, at + 32, 16, 5, d, out, to + 160);
    decodeDigits(in, at + 48, 4, 4, d, out, to + 240);
  }
}
