package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// F32: IEEE single precision, 32 bits per weight.
public final class F32 implements BlockCodec {
  @Override
  public GgmlType type() {
    return GgmlType.F32;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    MemorySegment.copy(in, Le.FLOAT, at, out, to, n);
  }

  @Override
  public RowEncoder newEncoder() {
    return (x, at, n, out, to) -> MemorySegment.copy(x, at, out, Le.FLOAT, to, n);
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return (x, at, n, out, to) -> {
      for (int i = 0; i < n; i++) {
        out.set(Le.FLOAT, to + 4L * i, x[at + i]);
      }
    };
  }
}
