package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// NVFP4: 64 floats of 4 bits in groups of 16, each under a float of 7 bits, 4.5 bits per weight.
///
/// | at | bytes | field | meaning                                                               |
/// |---:|------:|-------|-----------------------------------------------------------------------|
/// |  0 |     4 | `s`   | scales of the groups: four bits of exponent, three of fraction        |
/// |  4 |    32 | `q`   | per group 8 bytes: low nibble of byte `i`: weight `i`; high: 8 + `i`  |
///
/// `x = s / 2 * value[q]`, see `SmallFloats`.
public final class NVFP4 implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.NVFP4;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.NVFP4, n);
    for (int b = 0; b < blocks; b++) {
      decodeBlock(in, at + 36L * b, out, to + 64 * b);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return new ScalarEncoder(GgmlType.NVFP4, SmallFloats::nvfp4);
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.NVFP4, SmallFloats::nvfp4);
  }

  private static void decodeBlock(MemorySegment in, long at, float[] out, int to) {
    for (int j = 0; j < 4; j++) {
      float d = SmallFloats.halfOfByte(in.get(Le.BYTE, at + j) & 0xff);
      SmallFloats.decode(in, at + 4 + 8L * j, 8, d, out, to + 16 * j);
    }
  }
}
