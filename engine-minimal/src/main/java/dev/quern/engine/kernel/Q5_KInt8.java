package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;

/// Q5_K by 8 bits: as Q4_K, with the fifth bits put above the four.
final class Q5_KInt8 {
  /// Where the scales of the two low sub-blocks of 128 weights are in an int of four.
  private static final IntVector LOW_SCALE =
      IntVector.zero(Wide.INTS).addIndex(1).lanewise(LSHR, 3).lanewise(LSHL, 4);

  /// Where those of the two high ones are.
  private static final IntVector HIGH_SCALE = LOW_SCALE.add(8);

  /// Where the fifth bits of the first and second 64 of 128 weights are.
  private static final ShortVector FIFTH =
      ShortVector.zero(Wide.SHORTS).addIndex(1).lanewise(LSHR, 4).lanewise(LSHL, 1);

  private Q5_KInt8() {}

  static void multiply(MemorySegment w, long at, int rows, Int8Vector x, int n, float[] y, int to) {
    long rowBytes = (long) n / 256 * 176;
    for (int r = 0; r < rows; r++) {
      y[to + r] = dot(w, at + r * rowBytes, x, n);
    }
  }

  private static float dot(MemorySegment w, long at, Int8Vector x, int n) {
    short[] values = x.values;
    FloatVector s = FloatVector.zero(Wide.FLOATS);
    float below = 0;
    for (int i = 0; i < n; i += 256, at += 176) {
      float scale = x.scales[i >> 8];
      float d = Float.float16ToFloat(w.get(Le.SHORT, at)) * scale;
      float dmin = Float.float16ToFloat(w.get(Le.SHORT, at + 2)) * scale;
      below = Math.fma(dmin, SixBits.dot(SixBits.minima(w, at + 4), x.sums, i >> 5), below);
      long scales = SixBits.scales(w, at + 4);
      ShortVector fifth =
          LongVector.fromMemorySegment(Wide.LONGS, w, at + 16, ByteOrder.LITTLE_ENDIAN)
              .rearrange(Wide.LOWER_TWICE)
              .reinterpretAsShorts()
              .lanewise(LSHR, FIFTH);
      IntVector sum = IntVector.zero(Wide.INTS);
      for (int h = 0; h < 2; h++) {
        int from = i + 128 * h;
        ShortVector q =
            ShortVector.fromMemorySegment(
                Wide.SHORTS, w, at + 48 + 64L * h, ByteOrder.LITTLE_ENDIAN);
        ShortVector low =
            q.and((short) 15)
                .or(fifth.lanewise(LSHL, 4).and((short) 16))
                .mul(ShortVector.fromArray(Wide.SHORTS, values, from))
                .add(
                    q.lanewise(LSHR, 8)
                        .and((short) 15)
                        .or(fifth.lanewise(LSHR, 4).and((short) 16))
                        .mul(ShortVector.fromArray(Wide.SHORTS, values, from + 64)));
        ShortVector high =
            q.lanewise(LSHR, 4)
                .and((short) 15)
                .or(fifth.lanewise(LSHL, 3).and((short) 16))
                .mul(ShortVector.fromArray(Wide.SHORTS, values, from + 32))
                .add(
                    q.lanewise(LSHR, 12)
                        .or(fifth.lanewise(LSHR, 5).and((short) 16))
                        .mul(ShortVector.fromArray(Wide.SHORTS, values, from + 96)));
        IntVector four = IntVector.broadcast(Wide.INTS, (int) (scales >>> (32 * h)));
        sum =
            sum.add(
                low.reinterpretAsInts()
                    .lanewise(LSHL, 16)
                    .lanewise(ASHR, 16)
                    .add(low.reinterpretAsInts().lanewise(ASHR, 16))
                    .mul(four.lanewise(LSHR, LOW_SCALE).and(63)));
        sum =
            sum.add(
                high.reinterpretAsInts()
                    .lanewise(LSHL, 16)
                    .lanewise(ASHR, 16)
                    .add(high.reinterpretAsInts().lanewise(ASHR, 16))
                    .mul(four.lanewise(LSHR, HIGH_SCALE).and(63)));
        fifth = fifth.lanewise(LSHR, 4);
      }
      s = ((FloatVector) sum.convert(I2F, 0)).fma(FloatVector.broadcast(Wide.FLOATS, d), s);
    }
    s = s.add(s.rearrange(Wide.SWAP_8));
    s = s.add(s.rearrange(Wide.SWAP_4));
    s = s.add(s.rearrange(Wide.SWAP_2));
    s = s.add(s.rearrange(Wide.SWAP_1));
    return s.lane(0) - below;
  }
}
