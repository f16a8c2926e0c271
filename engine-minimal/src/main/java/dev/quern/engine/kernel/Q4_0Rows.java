package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2I;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// Q4_0: the low halves of a block's 16 bytes are its first 16 weights, the high halves the last
/// 16; their products are added first, then multiplied with the scale.
final class Q4_0Rows {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final int LENGTH = Lanes.LENGTH;

  private Q4_0Rows() {}

  static void multiply(
      MemorySegment w, long at, int rows, float[] x, int from, int n, float[] y, int to) {
    long rowBytes = (long) n / 32 * 18;
    for (int r = 0; r < rows; r++) {
      y[to + r] = dot(w, at + r * rowBytes, x, from, n);
    }
  }

  private static float dot(MemorySegment w, long at, float[] x, int from, int n) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = FloatVector.zero(FLOATS);
    for (int i = from; i < from + n; i += 32, at += 18) {
      FloatVector d = FloatVector.broadcast(FLOATS, Float.float16ToFloat(w.get(Le.SHORT, at)));
      FloatVector p0 = FloatVector.zero(FLOATS);
      FloatVector p1 = FloatVector.zero(FLOATS);
      for (int j = 0; j < 16; j += LENGTH) {
        IntVector q =
            (IntVector)
                ByteVector.fromMemorySegment(Lanes.BYTES, w, at + 2 + j, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(ZERO_EXTEND_B2I, INTS, 0);
        FloatVector w0 = (FloatVector) q.and(15).sub(8).convert(I2F, 0);
        FloatVector w1 = (FloatVector) q.lanewise(LSHR, 4).sub(8).convert(I2F, 0);
        p0 = FloatVector.fromArray(FLOATS, x, i + j).fma(w0, p0);
        p1 = FloatVector.fromArray(FLOATS, x, i + 16 + j).fma(w1, p1);
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
