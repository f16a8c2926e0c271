package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// IQ4_NL: 32 weights of 4 bits, which number the entries of an uneven table, under one scale, 4.5
/// bits per weight.
///
/// | at | bytes | field | meaning                                                   |
/// |---:|------:|-------|-----------------------------------------------------------|
/// |  0 |     2 | `d`   | scale, IEEE half                                          |
/// |  2 |    16 | `q`   | low nibble of byte `i`: weight `i`; high: weight 16 + `i` |
///
/// `x = d * table[q]`, see `UnevenTable`.
public final class IQ4_NL implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.IQ4_NL;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.IQ4_NL, n);
    for (int b = 0; b < blocks; b++) {
      decodeBlock(in, at + 18L * b, out, to + 32 * b);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return new LaneEncoder(GgmlType.IQ4_NL, 16, new IQ4_NLLanes());
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.IQ4_NL, new IQ4_NLScalar());
  }

  private static void decodeBlock(MemorySegment in, long at, float[] out, int to) {
    UnevenTable.decode(in, at + 2, Halves.get(in, at), out, to);
  }
}
