package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// Q8_1: 32 weights as signed bytes under one scale, with their sum, 9 bits per weight. The
/// reference multiplies with it; files do not hold it.
///
/// | at | bytes | field | meaning                                   |
/// |---:|------:|-------|-------------------------------------------|
/// |  0 |     2 | `d`   | scale, IEEE half                          |
/// |  2 |     2 | `s`   | `d` times the sum of all `q`, IEEE half   |
/// |  4 |    32 | `q`   | weights, `x[i] = d * q[i]`                |
public final class Q8_1 implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.Q8_1;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.Q8_1, n);
    for (int b = 0; b < blocks; b++) {
      decodeBlock(in, at + 36L * b, out, to + 32 * b);
    }
  }

  @Override
  public boolean encodes() {
    return false;
  }

  @Override
  public RowEncoder newEncoder() {
    throw Blocks.onlyRead(type());
  }

  @Override
  public RowEncoder newScalarEncoder() {
    throw Blocks.onlyRead(type());
  }

  private static void decodeBlock(MemorySegment in, long at, float[] out, int to) {
    float d = Halves.get(in, at);
    for (int i = 0; i < 32; i++) {
      out[to + i] = d * in.get(Le.BYTE, at + 4 + i);
    }
  }
}
