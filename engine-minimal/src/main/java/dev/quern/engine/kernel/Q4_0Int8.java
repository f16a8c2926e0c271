package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.S2F;
import static jdk.incubator.vector.VectorOperators.ZERO_EXTEND_B2S;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;

/// Q4_0 by 8 bits: the low halves of a block's 16 bytes meet the first 16 elements, the high halves
/// the last 16.
final class Q4_0Int8 {
  private Q4_0Int8() {}

  static void multiply(MemorySegment w, long at, int rows, Int8Vector x, int n, float[] y, int to) {
    long rowBytes = (long) n / 32 * 18;
    for (int r = 0; r < rows; r++) {
      y[to + r] = dot(w, at + r * rowBytes, x, n);
    }
  }

  private static float dot(MemorySegment w, long at, Int8Vector x, int n) {
    short[] values = x.values;
    float[] scales = x.scales;
    FloatVector s0 = FloatVector.zero(Wide.FLOATS);
    FloatVector s1 = FloatVector.zero(Wide.FLOATS);
    int i = 0;
    for (int end = n - 64; i <= end; i += 64, at += 36) {
      float d0 = Float.float16ToFloat(w.get(Le.SHORT, at)) * scales[i >> 5];
      float d1 = Float.float16ToFloat(w.get(Le.SHORT, at + 18)) * scales[(i >> 5) + 1];
      ShortVector w0 =
          (ShortVector)
              ByteVector.fromMemorySegment(Wide.BYTES_128, w, at + 2, ByteOrder.LITTLE_ENDIAN)
                  .convertShape(ZERO_EXTEND_B2S, Wide.SHORTS_256, 0);
      ShortVector p0 =
          w0.and((short) 15)
              .sub((short) 8)
              .mul(ShortVector.fromArray(Wide.SHORTS_256, values, i))
              .add(
                  w0.lanewise(LSHR, 4)
                      .sub((short) 8)
                      .mul(ShortVector.fromArray(Wide.SHORTS_256, values, i + 16)));
      s0 =
          ((FloatVector) p0.convertShape(S2F, Wide.FLOATS, 0))
              .fma(FloatVector.broadcast(Wide.FLOATS, d0), s0);
      ShortVector w1 =
          (ShortVector)
              ByteVector.fromMemorySegment(Wide.BYTES_128, w, at + 20, ByteOrder.LITTLE_ENDIAN)
                  .convertShape(ZERO_EXTEND_B2S, Wide.SHORTS_256, 0);
      ShortVector p1 =
          w1.and((short) 15)
              .sub((short) 8)
              .mul(ShortVector.fromArray(Wide.SHORTS_256, values, i + 32))
              .add(
                  w1.lanewise(LSHR, 4)
                      .sub((short) 8)
                      .mul(ShortVector.fromArray(Wide.SHORTS_256, values, i + 48)));
      s1 =
          ((FloatVector) p1.convertShape(S2F, Wide.FLOATS, 0))
              .fma(FloatVector.broadcast(Wide.FLOATS, d1), s1);
    }
    if (i < n) {
      float d0 = Float.float16ToFloat(w.get(Le.SHORT, at)) * scales[i >> 5];
      ShortVector w0 =
          (ShortVector)
              ByteVector.fromMemorySegment(Wide.BYTES_128, w, at + 2, ByteOrder.LITTLE_ENDIAN)
                  .convertShape(ZERO_EXTEND_B2S, Wide.SHORTS_256, 0);
      ShortVector p0 =
          w0.and((short) 15)
              .sub((short) 8)
              .mul(ShortVector.fromArray(Wide.SHORTS_256, values, i))
              .add(
                  w0.lanewise(LSHR, 4)
                      .sub((short) 8)
                      .mul(ShortVector.fromArray(Wide.SHORTS_256, values, i + 16)));
      s0 =
          ((FloatVector) p0.convertShape(S2F, Wide.FLOATS, 0))
              .fma(FloatVector.broadcast(Wide.FLOATS, d0), s0);
    }
    FloatVector s = s0.add(s1);
    s = s.add(s.rearrange(Wide.SWAP_8));
    s = s.add(s.rearrange(Wide.SWAP_4));
    s = s.add(s.rearrange(Wide.SWAP_2));
    s = s.add(s.rearrange(Wide.SWAP_1));
    return s.lane(0);
  }
}
