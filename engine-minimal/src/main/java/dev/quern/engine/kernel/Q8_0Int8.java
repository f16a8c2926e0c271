package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2F;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;

/// Q8_0 by 8 bits: bytes are read as shorts, whose lower and upper halves are the weights at even
/// and odd places; two products fit in 16 bits.
final class Q8_0Int8 {
  private Q8_0Int8() {}

  static void multiply(MemorySegment w, long at, int rows, Int8Vector x, int n, float[] y, int to) {
    long rowBytes = (long) n / 32 * 34;
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
    for (int end = n - 64; i <= end; i += 64, at += 68) {
      float d0 = Float.float16ToFloat(w.get(Le.SHORT, at)) * scales[i >> 5];
      float d1 = Float.float16ToFloat(w.get(Le.SHORT, at + 34)) * scales[(i >> 5) + 1];
      ShortVector w0 =
          ByteVector.fromMemorySegment(Wide.BYTES_256, w, at + 2, ByteOrder.LITTLE_ENDIAN)
              .reinterpretAsShorts();
      ShortVector p0 =
          w0.lanewise(LSHL, 8)
              .lanewise(ASHR, 8)
              .mul(ShortVector.fromArray(Wide.SHORTS_256, values, i))
              .add(
                  w0.lanewise(ASHR, 8).mul(ShortVector.fromArray(Wide.SHORTS_256, values, i + 16)));
      s0 =
          ((FloatVector) p0.convertShape(S2F, Wide.FLOATS, 0))
              .fma(FloatVector.broadcast(Wide.FLOATS, d0), s0);
      ShortVector w1 =
          ByteVector.fromMemorySegment(Wide.BYTES_256, w, at + 36, ByteOrder.LITTLE_ENDIAN)
              .reinterpretAsShorts();
      ShortVector p1 =
          w1.lanewise(LSHL, 8)
              .lanewise(ASHR, 8)
              .mul(ShortVector.fromArray(Wide.SHORTS_256, values, i + 32))
              .add(
                  w1.lanewise(ASHR, 8).mul(ShortVector.fromArray(Wide.SHORTS_256, values, i + 48)));
      s1 =
          ((FloatVector) p1.convertShape(S2F, Wide.FLOATS, 0))
              .fma(FloatVector.broadcast(Wide.FLOATS, d1), s1);
    }
    if (i < n) {
      float d0 = Float.float16ToFloat(w.get(Le.SHORT, at)) * scales[i >> 5];
      ShortVector w0 =
          ByteVector.fromMemorySegment(Wide.BYTES_256, w, at + 2, ByteOrder.LITTLE_ENDIAN)
              .reinterpretAsShorts();
      ShortVector p0 =
          w0.lanewise(LSHL, 8)
              .lanewise(ASHR, 8)
              .mul(ShortVector.fromArray(Wide.SHORTS_256, values, i))
              .add(
                  w0.lanewise(ASHR, 8).mul(ShortVector.fromArray(Wide.SHORTS_256, values, i + 16)));
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
