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

/// Q5_K: every weight is put together, `d * scale * q - dmin * minimum`, and multiplied.
final class Q5_KRows {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final int LENGTH = Lanes.LENGTH;

  private Q5_KRows() {}

  static void multiply(
      MemorySegment w, long at, int rows, float[] x, int from, int n, float[] y, int to) {
    long rowBytes = (long) n / 256 * 176;
    for (int r = 0; r < rows; r++) {
      y[to + r] = dot(w, at + r * rowBytes, x, from, n);
    }
  }

  private static float dot(MemorySegment w, long at, float[] x, int from, int n) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = FloatVector.zero(FLOATS);
    for (int i = from; i < from + n; i += 256, at += 176) {
      long head = w.get(Le.LONG, at);
      long tail = w.get(Le.LONG, at + 8);
      float d = Float.float16ToFloat((short) head);
      float dmin = -Float.float16ToFloat((short) (head >>> 16));
      long scales = SixBits.scales(head, tail);
      long minima = SixBits.minima(tail);
      for (int j = 0; j < 4; j++, scales >>>= 16, minima >>>= 16) {
        float d0 = d * (scales & 63);
        float d1 = d * (scales >>> 8 & 63);
        float m0 = dmin * (minima & 63);
        float m1 = dmin * (minima >>> 8 & 63);
        for (int k = 0; k < 32; k += LENGTH) {
          IntVector q =
              (IntVector)
                  ByteVector.fromMemorySegment(
                          Lanes.BYTES, w, at + 48 + 32L * j + k, ByteOrder.LITTLE_ENDIAN)
                      .convertShape(ZERO_EXTEND_B2I, INTS, 0);
          IntVector h =
              ((IntVector)
                      ByteVector.fromMemorySegment(
                              Lanes.BYTES, w, at + 16 + k, ByteOrder.LITTLE_ENDIAN)
                          .convertShape(ZERO_EXTEND_B2I, INTS, 0))
                  .lanewise(LSHR, 2 * j);
          FloatVector q0 = (FloatVector) q.and(15).or(h.lanewise(LSHL, 4).and(16)).convert(I2F, 0);
          FloatVector q1 =
              (FloatVector) q.lanewise(LSHR, 4).or(h.lanewise(LSHL, 3).and(16)).convert(I2F, 0);
          FloatVector w0 =
              FloatVector.broadcast(FLOATS, d0).fma(q0, FloatVector.broadcast(FLOATS, m0));
          FloatVector w1 =
              FloatVector.broadcast(FLOATS, d1).fma(q1, FloatVector.broadcast(FLOATS, m1));
          s0 = FloatVector.fromArray(FLOATS, x, i + 64 * j + k).fma(w0, s0);
          s1 = FloatVector.fromArray(FLOATS, x, i + 64 * j + 32 + k).fma(w1, s1);
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
