package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.B2I;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShuffle;

/// Q6_K by 8 bits: as Q4_K, with two more bits above each four, and a scale for each 16 weights.
///
/// Weights are taken from 0 to 63; the 32 that each is above its value meets the sums of the
/// activations.
final class Q6_KInt8 {
  private static final ShortVector FOUR_BITS = Wide.NO_SHORTS.add((short) 15);
  private static final ShortVector TWO_BITS = Wide.NO_SHORTS.add((short) 48);

  /// Where the upper two bits of the first and second 32 of 64 weights are.
  private static final ShortVector UPPER =
      Wide.NO_SHORTS.addIndex(1).lanewise(LSHR, 4).lanewise(LSHL, 1);

  private static final VectorShuffle<Integer> SCALES_0 = fourTimes(0);
  private static final VectorShuffle<Integer> SCALES_1 = fourTimes(4);
  private static final VectorShuffle<Integer> SCALES_2 = fourTimes(8);
  private static final VectorShuffle<Integer> SCALES_3 = fourTimes(12);

  private Q6_KInt8() {}

  /// Four scales from `first`, each in four lanes.
  private static VectorShuffle<Integer> fourTimes(int first) {
    return VectorShuffle.fromOp(Wide.INTS, lane -> first + lane / 4);
  }

  static void multiply(MemorySegment w, long at, int rows, Int8Vector x, int n, float[] y, int to) {
    long rowBytes = (long) n / 256 * 210;
    for (int r = 0; r < rows; r++) {
      y[to + r] = dot(w, at + r * rowBytes, x, n);
    }
  }

  private static float dot(MemorySegment w, long at, Int8Vector x, int n) {
    short[] values = x.values;
    FloatVector s = FloatVector.zero(Wide.FLOATS);
    for (int i = 0; i < n; i += 256, at += 210) {
      float d = Float.float16ToFloat(w.get(Le.SHORT, at + 208)) * x.scales[i >> 8];
      IntVector scales =
          (IntVector)
              ByteVector.fromMemorySegment(Wide.BYTES_128, w, at + 192, ByteOrder.LITTLE_ENDIAN)
                  .convertShape(B2I, Wide.INTS, 0);
      LongVector upper =
          LongVector.fromMemorySegment(Wide.LONGS, w, at + 128, ByteOrder.LITTLE_ENDIAN);
      IntVector sum = scales.mul(IntVector.fromArray(Wide.INTS, x.sums, i >> 4));
      int from = i + 0;
      ShortVector q =
          ShortVector.fromMemorySegment(Wide.SHORTS, w, at + 0, ByteOrder.LITTLE_ENDIAN);
      ShortVector u = upper.rearrange(Wide.LOWER_TWICE).reinterpretAsShorts().lanewise(LSHR, UPPER);
      ShortVector low =
          q.and(FOUR_BITS)
              .or(u.lanewise(LSHL, 4).and(TWO_BITS))
              .mul(ShortVector.fromArray(Wide.SHORTS, values, from))
              .add(
                  q.lanewise(LSHR, 8)
                      .and(FOUR_BITS)
                      .or(u.lanewise(LSHR, 4).and(TWO_BITS))
                      .mul(ShortVector.fromArray(Wide.SHORTS, values, from + 32)));
      ShortVector high =
          q.lanewise(LSHR, 4)
              .and(FOUR_BITS)
              .or(u.and(TWO_BITS))
              .mul(ShortVector.fromArray(Wide.SHORTS, values, from + 64))
              .add(
                  q.lanewise(LSHR, 12)
                      .or(u.lanewise(LSHR, 8).and(TWO_BITS))
                      .mul(ShortVector.fromArray(Wide.SHORTS, values, from + 96)));
      IntVector lowPairs = low.reinterpretAsInts();
      lowPairs = lowPairs.add(lowPairs.lanewise(LSHL, 16)).lanewise(ASHR, 16);
      sum = sum.add(lowPairs.mul(scales.rearrange(SCALES_0)));
      IntVector highPairs = high.reinterpretAsInts();
      highPairs = highPairs.add(highPairs.lanewise(LSHL, 16)).lanewise(ASHR, 16);
      sum = sum.add(highPairs.mul(scales.rearrange(SCALES_1)));
      from = i + 128;
      q = ShortVector.fromMemorySegment(Wide.SHORTS, w, at + 64, ByteOrder.LITTLE_ENDIAN);
      u = upper.rearrange(Wide.UPPER_TWICE).reinterpretAsShorts().lanewise(LSHR, UPPER);
      low =
          q.and(FOUR_BITS)
              .or(u.lanewise(LSHL, 4).and(TWO_BITS))
              .mul(ShortVector.fromArray(Wide.SHORTS, values, from))
              .add(
                  q.lanewise(LSHR, 8)
                      .and(FOUR_BITS)
                      .or(u.lanewise(LSHR, 4).and(TWO_BITS))
                      .mul(ShortVector.fromArray(Wide.SHORTS, values, from + 32)));
      high =
          q.lanewise(LSHR, 4)
              .and(FOUR_BITS)
              .or(u.and(TWO_BITS))
              .mul(ShortVector.fromArray(Wide.SHORTS, values, from + 64))
              .add(
                  q.lanewise(LSHR, 12)
                      .or(u.lanewise(LSHR, 8).and(TWO_BITS))
                      .mul(ShortVector.fromArray(Wide.SHORTS, values, from + 96)));
      lowPairs = low.reinterpretAsInts();
      lowPairs = lowPairs.add(lowPairs.lanewise(LSHL, 16)).lanewise(ASHR, 16);
      sum = sum.add(lowPairs.mul(scales.rearrange(SCALES_2)));
      highPairs = high.reinterpretAsInts();
      highPairs = highPairs.add(highPairs.lanewise(LSHL, 16)).lanewise(ASHR, 16);
      sum = sum.add(highPairs.mul(scales.rearrange(SCALES_3)));
      s = ((FloatVector) sum.convert(I2F, 0)).fma(FloatVector.broadcast(Wide.FLOATS, d), s);
    }
    s = s.add(s.rearrange(Wide.SWAP_8));
    s = s.add(s.rearrange(Wide.SWAP_4));
    s = s.add(s.rearrange(Wide.SWAP_2));
    s = s.add(s.rearrange(Wide.SWAP_1));
    return s.lane(0);
  }
}
