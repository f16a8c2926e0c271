package dev.quern.engine.kernel;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// F32: weights as they are, 32 bits each.
final class F32Rows {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int LENGTH = Lanes.LENGTH;

  private F32Rows() {}

  static void decode(MemorySegment in, long at, float[] out, int to, int n, short[] unused) {
    MemorySegment.copy(in, Le.FLOAT, at, out, to, n);
  }

  static void multiply(
      MemorySegment w, long at, int rows, float[] x, int from, int n, float[] y, int to) {
    for (int r = 0; r < rows; r++) {
      y[to + r] = dot(w, at + 4L * n * r, x, from, n);
    }
  }

  private static float dot(MemorySegment w, long row, float[] x, int from, int n) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = FloatVector.zero(FLOATS);
    FloatVector s2 = FloatVector.zero(FLOATS);
    FloatVector s3 = FloatVector.zero(FLOATS);
    int i = 0;
    for (int end = n - 4 * LENGTH; i <= end; i += 4 * LENGTH) {
      long p = row + 4L * i;
      FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, w, p, ByteOrder.LITTLE_ENDIAN);
      FloatVector w1 =
          FloatVector.fromMemorySegment(FLOATS, w, p + 4L * LENGTH, ByteOrder.LITTLE_ENDIAN);
      FloatVector w2 =
          FloatVector.fromMemorySegment(FLOATS, w, p + 8L * LENGTH, ByteOrder.LITTLE_ENDIAN);
      FloatVector w3 =
          FloatVector.fromMemorySegment(FLOATS, w, p + 12L * LENGTH, ByteOrder.LITTLE_ENDIAN);
      s0 = FloatVector.fromArray(FLOATS, x, from + i).fma(w0, s0);
      s1 = FloatVector.fromArray(FLOATS, x, from + i + LENGTH).fma(w1, s1);
      s2 = FloatVector.fromArray(FLOATS, x, from + i + 2 * LENGTH).fma(w2, s2);
      s3 = FloatVector.fromArray(FLOATS, x, from + i + 3 * LENGTH).fma(w3, s3);
    }
    FloatVector s = s0.add(s1).add(s2.add(s3));
    if (LENGTH >= 16) {
      s = s.add(s.rearrange(Lanes.SWAP_8));
    }
    if (LENGTH >= 8) {
      s = s.add(s.rearrange(Lanes.SWAP_4));
    }
    s = s.add(s.rearrange(Lanes.SWAP_2));
    s = s.add(s.rearrange(Lanes.SWAP_1));
    float sum = s.lane(0);
    for (; i < n; i++) {
      sum = Math.fma(w.get(Le.FLOAT, row + 4L * i), x[from + i], sum);
    }
    return sum;
  }
}
