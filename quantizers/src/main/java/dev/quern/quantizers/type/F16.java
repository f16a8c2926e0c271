package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;

/// F16: IEEE half precision, 16 bits per weight. A weight beyond ±65504 rounds to infinity.
public final class F16 implements BlockCodec {
  /// Weights that are copied between a segment and an array at a time. C2 vectorizes plain loops
  /// over arrays; one over the segment it compiled fifteen times in a conversion.
  private static final int RUN = 1024;

  @Override
  public GgmlType type() {
    return GgmlType.F16;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    short[] halves = new short[Math.min(RUN, n)];
    for (int done = 0; done < n; done += RUN) {
      int count = Math.min(RUN, n - done);
      MemorySegment.copy(in, Le.SHORT, at + 2L * done, halves, 0, count);
      widen(halves, out, to + done, count);
    }
  }

  private static void widen(short[] halves, float[] out, int to, int n) {
    for (int i = 0; i < n; i++) {
      out[to + i] = Float.float16ToFloat(halves[i]);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    short[] halves = new short[RUN];
    return (x, at, n, out, to) -> {
      for (int done = 0; done < n; done += RUN) {
        int count = Math.min(RUN, n - done);
        narrow(x, at + done, halves, count);
        MemorySegment.copy(halves, 0, out, Le.SHORT, to + 2L * done, count);
      }
    };
  }

  private static void narrow(float[] x, int at, short[] halves, int n) {
    for (int i = 0; i < n; i++) {
      halves[i] = Float.floatToFloat16(x[at + i]);
    }
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
