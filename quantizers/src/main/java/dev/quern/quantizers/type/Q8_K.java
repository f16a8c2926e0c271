package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// Q8_K: 256 weights as signed bytes under one scale, with sums of 16, 9.125 bits per weight. The
/// reference multiplies with it; files do not hold it.
///
/// |  at | bytes | field | meaning                                   |
/// |----:|------:|-------|-------------------------------------------|
/// |   0 |     4 | `d`   | scale, a float                            |
/// |   4 |   256 | `q`   | weights, `x[i] = d * q[i]`                |
/// | 260 |    32 | `s`   | 16 sums of 16 `q` each, 16 bits           |
public final class Q8_K implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.Q8_K;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.Q8_K, n);
    for (int b = 0; b < blocks; b++) {
      decodeBlock(in, at + 292L * b, out, to + 256 * b);
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
    float d = in.get(Le.FLOAT, at);
    for (int i = 0; i < 256; i++) {
      out[to + i] = d * in.get(Le.BYTE, at + 4 + i);
    }
  }
}
