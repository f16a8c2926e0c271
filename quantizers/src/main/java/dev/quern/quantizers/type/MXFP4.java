package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// MXFP4: 32 floats of 4 bits under one power of two, 4.25 bits per weight.
///
/// | at | bytes | field | meaning                                                   |
/// |---:|------:|-------|-----------------------------------------------------------|
/// |  0 |     1 | `e`   | exponent, `d = 2^(e - 128)`                               |
/// |  1 |    16 | `q`   | low nibble of byte `i`: weight `i`; high: weight 16 + `i` |
///
/// `x = d * value[q]`, see `SmallFloats`.
public final class MXFP4 implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.MXFP4;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.MXFP4, n);
    for (int b = 0; b < blocks; b++) {
      decodeBlock(in, at + 17L * b, out, to + 32 * b);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return new ScalarEncoder(GgmlType.MXFP4, SmallFloats::mxfp4);
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.MXFP4, SmallFloats::mxfp4);
  }

  private static void decodeBlock(MemorySegment in, long at, float[] out, int to) {
    float d = SmallFloats.powerOfTwo(in.get(Le.BYTE, at) & 0xff);
    SmallFloats.decode(in, at + 1, 16, d, out, to);
  }
}
