package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// F16: IEEE half precision, 16 bits per weight. A weight beyond ±65504 rounds to infinity.
public final class F16 implements BlockCodec {
  @Override
  public GgmlType type() {
    return GgmlType.F16;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    for (int i = 0; i < n; i++) {
      out[to + i] = Float.float16ToFloat(in.get(Le.SHORT, at + 2L * i));
    }
  }

  /// C2 vectorizes the loop itself: there is nothing to gain from a kernel.
  @Override
  public RowEncoder newEncoder() {
    return newScalarEncoder();
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return (x, at, n, out, to) -> {
      for (int i = 0; i < n; i++) {
        out.set(Le.SHORT, to + 2L * i, Float.floatToFloat16(x[at + i]));
      }
    };
  }
}
