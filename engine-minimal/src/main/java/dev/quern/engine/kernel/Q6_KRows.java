package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// Q6_K: every weight is put together, `d * scale * (q - 32)`, and multiplied.
final class Q6_KRows {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final int LENGTH = Lanes.LENGTH;

  private Q6_KRows() {}

  static void multiply(
      MemorySegment w, long at, int rows, float[] x, int from, int n, float[] y, int to) {
    long rowBytes = (long) n / 256 * 210;
    for (int r = 0; r < rows; r++) {
      y[to + r] = dot(w, at + r * rowBytes, x, from, n);
    }
  }

  private static float dot(MemorySegment w, long at, float[] x, int from, int n) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = FloatVector.zero(FLOATS);
    for (int i = from; i < from + n; i += 256, at += 210) {
      float d = Float.float16ToFloat(w.get(Le.SHORT, at + 208));
      for (int half = 0; half < 2; half++) {
        long scales = w.get(Le.LONG, at + 192 + 8L * half);
        for (int k = 0; k < 32; k += LENGTH) {
          long low = at + 64L * half + k;
          IntVector a =
              (IntVector)
                  ByteVector.fromMemorySegment(Lanes.BYTES, w, low, ByteOrder.LITTLE_ENDIAN)
                      .convertShape(ZERO_EXTEND_B2I, INTS, 0);
          IntVector b =
              (IntVector)
                  ByteVector.fromMemorySegment(Lanes.BYTES, w, low + 32, ByteOrder.LITTLE_ENDIAN)
                      .convertShape(ZERO_EXTEND_B2I, INTS, 0);
          IntVector h =
              (IntVector)
                  ByteVector.fromMemorySegment(
                          Lanes.BYTES, w, at + 128 + 32L * half + k, ByteOrder.LITTLE_ENDIAN)
                      .convertShape(ZERO_EXTEND_B2I, INTS, 0);
          FloatVector q0 =
              (FloatVector) a.and(15).or(h.lanewise(LSHL, 4).and(48)).sub(32).convert(I2F, 0);
          FloatVector q1 =
              (FloatVector) b.and(15).or(h.lanewise(LSHL, 2).and(48)).sub(32).convert(I2F, 0);
          FloatVector q2 = (FloatVector) a.lanewise(LSHR, 4).or(h.and(48)).sub(32).convert(I2F, 0);
          FloatVector q3 =
              (FloatVector)
                  b.lanewise(LSHR, 4).or(h.lanewise(LSHR, 2).and(48)).sub(32).convert(I2F, 0);
          int at0 = i + 128 * half + k;
          long sc = scales >> ((k & 16) / 2);
          s0 = FloatVector.fromArray(FLOATS, x, at0).mul(d * (byte) sc).fma(q0, s0);
          s1 = FloatVector.fromArray(FLOATS, x, at0 + 32).mul(d * (byte) (sc >> 16)).fma(q1, s1);
          s0 = FloatVector.fromArray(FLOATS, x, at0 + 64).mul(d * (byte) (sc >> 32)).fma(q2, s0);
          s1 = FloatVector.fromArray(FLOATS, x, at0 + 96).mul(d * (byte) (sc >> 48)).fma(q3, s1);
        }
      }
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
