package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.B2F;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Q8_0: the products of a block are added first, then multiplied with its scale.
final class Q8_0Rows {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int LENGTH = Lanes.LENGTH;

  private Q8_0Rows() {}

  static void multiply(
      MemorySegment w, long at, int rows, float[] x, int from, int n, float[] y, int to) {
    long rowBytes = (long) n / 32 * 34;
    for (int r = 0; r < rows; r++) {
      y[to + r] = dot(w, at + r * rowBytes, x, from, n);
    }
  }

  private static float dot(MemorySegment w, long at, float[] x, int from, int n) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = FloatVector.zero(FLOATS);
    for (int i = from; i < from + n; i += 32, at += 34) {
      FloatVector d = FloatVector.broadcast(FLOATS, Float.float16ToFloat(w.get(Le.SHORT, at)));
      FloatVector p0 = FloatVector.zero(FLOATS);
      FloatVector p1 = FloatVector.zero(FLOATS);
      for (int j = 0; j < 32; j += 2 * LENGTH) {
        FloatVector w0 =
            (FloatVector)
                ByteVector.fromMemorySegment(Lanes.BYTES, w, at + 2 + j, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(B2F, FLOATS, 0);
        FloatVector w1 =
            (FloatVector)
                ByteVector.fromMemorySegment(
                        Lanes.BYTES, w, at + 2 + j + LENGTH, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(B2F, FLOATS, 0);
        p0 = FloatVector.fromArray(FLOATS, x, i + j).fma(w0, p0);
        p1 = FloatVector.fromArray(FLOATS, x, i + j + LENGTH).fma(w1, p1);
      }
      s0 = p0.fma(d, s0);
      s1 = p1.fma(d, s1);
    }
    FloatVector s = s0.add(s1);
    if (LENGTH >= 16) {
      s = s.add(s.rearrange(Lanes.SWAP_8));
    }
    if (LENGTH >= 8) {
      s = s.add(s.rearrange(Lanes.SWAP_4));
    }
    s = s.add(s.rearrange(Lanes.SWAP_2));
    s = s.add(s.rearrange(Lanes.SWAP_1));
    return s.lane(0);
  }
}
