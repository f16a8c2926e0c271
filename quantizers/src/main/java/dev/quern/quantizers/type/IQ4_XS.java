package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// IQ4_XS: 256 weights in 8 groups of 32, whose 4 bits number the entries of an uneven table, 4.25
/// bits per weight.
///
/// | at | bytes | field | meaning                                                               |
/// |---:|------:|-------|-----------------------------------------------------------------------|
/// |  0 |     2 | `d`   | scale of the scales, IEEE half                                        |
/// |  2 |     2 | `h`   | upper two bits of the groups' scales, lowest first                    |
/// |  4 |     4 | `s`   | their lower four bits, low nibble first                               |
/// |  8 |   128 | `q`   | per group 16 bytes: low nibble of byte `i`: weight `i`; high: 16 + `i` |
///
/// `x = d * (s - 32) * table[q]`, see `UnevenTable`.
public final class IQ4_XS implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.IQ4_XS;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.IQ4_XS, n);
    for (int b = 0; b < blocks; b++) {
      decodeBlock(in, at + 136L * b, out, to + 256 * b);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return new LaneEncoder(GgmlType.IQ4_XS, 2, new IQ4_XSLanes());
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.IQ4_XS, new IQ4_XSScalar());
  }

  private static void decodeBlock(MemorySegment in, long at, float[] out, int to) {
    float d = Halves.get(in, at);
    int high = in.get(Le.SHORT, at + 2);
    for (int j = 0; j < 8; j++) {
      int low = in.get(Le.BYTE, at + 4 + (j >> 1)) >> (4 * (j & 1)) & 15;
      float scale = d * ((low | (high >> (2 * j) & 3) << 4) - 32);
      UnevenTable.decode(in, at + 8 + 16L * j, scale, out, to + 32 * j);
    }
  }
}
