package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// The product of [Q4_0Groups], unrolled: a loop of eight vectors takes a third longer.
final class Q4_0Unrolled {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final long BYTES = Interleaving.BYTES;
  private static final ShortVector FOUR_BITS = Lanes.NO_SHORTS.add((short) 15);
  private static final IntVector HALF = Lanes.NO_INTS.add(0x8fffe000);

  private Q4_0Unrolled() {}

  /// Writes the products of a group; see [GroupKernel#multiply] for the arguments.
  static void multiply(MemorySegment w, long at, RoundedVector x, int n, float[] y, int to) {
    int[] pairs = x.pairs;
    FloatVector y0 = FloatVector.zero(FLOATS);
    FloatVector y1 = FloatVector.zero(FLOATS);
    for (int k = 0; k < n; k += 32) {
      float scale = x.scales[k >> 5];
      int below = RoundedVector.twice(-8 * x.sums[k >> 5]);
      IntVector d = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER).reinterpretAsInts();
      ShortVector s0 = IntVector.broadcast(INTS, below).reinterpretAsShorts();
      ShortVector s1 = ShortVector.zero(SHORTS);
      ShortVector s2 = ShortVector.zero(SHORTS);
      ShortVector s3 = ShortVector.zero(SHORTS);
      ShortVector q0 = ShortVector.fromMemorySegment(SHORTS, w, at + BYTES, ORDER);
      ShortVector x00 = IntVector.broadcast(INTS, pairs[k]).reinterpretAsShorts();
      s0 = s0.add(q0.and(FOUR_BITS).mul(x00));
      ShortVector x01 = IntVector.broadcast(INTS, pairs[k + 16]).reinterpretAsShorts();
      s1 = s1.add(q0.lanewise(LSHR, 4).and(FOUR_BITS).mul(x01));
      ShortVector x02 = IntVector.broadcast(INTS, pairs[k + 1]).reinterpretAsShorts();
      s2 = s2.add(q0.lanewise(LSHR, 8).and(FOUR_BITS).mul(x02));
      ShortVector x03 = IntVector.broadcast(INTS, pairs[k + 17]).reinterpretAsShorts();
      s3 = s3.add(q0.lanewise(LSHR, 12).mul(x03));
      ShortVector q1 = ShortVector.fromMemorySegment(SHORTS, w, at + 2 * BYTES, ORDER);
      ShortVector x10 = IntVector.broadcast(INTS, pairs[k + 2]).reinterpretAsShorts();
      s0 = s0.add(q1.and(FOUR_BITS).mul(x10));
      ShortVector x11 = IntVector.broadcast(INTS, pairs[k + 18]).reinterpretAsShorts();
      s1 = s1.add(q1.lanewise(LSHR, 4).and(FOUR_BITS).mul(x11));
      ShortVector x12 = IntVector.broadcast(INTS, pairs[k + 3]).reinterpretAsShorts();
      s2 = s2.add(q1.lanewise(LSHR, 8).and(FOUR_BITS).mul(x12));
      ShortVector x13 = IntVector.broadcast(INTS, pairs[k + 19]).reinterpretAsShorts();
      s3 = s3.add(q1.lanewise(LSHR, 12).mul(x13));
      ShortVector q2 = ShortVector.fromMemorySegment(SHORTS, w, at + 3 * BYTES, ORDER);
      ShortVector x20 = IntVector.broadcast(INTS, pairs[k + 4]).reinterpretAsShorts();
      s0 = s0.add(q2.and(FOUR_BITS).mul(x20));
      ShortVector x21 = IntVector.broadcast(INTS, pairs[k + 20]).reinterpretAsShorts();
      s1 = s1.add(q2.lanewise(LSHR, 4).and(FOUR_BITS).mul(x21));
      ShortVector x22 = IntVector.broadcast(INTS, pairs[k + 5]).reinterpretAsShorts();
      s2 = s2.add(q2.lanewise(LSHR, 8).and(FOUR_BITS).mul(x22));
      ShortVector x23 = IntVector.broadcast(INTS, pairs[k + 21]).reinterpretAsShorts();
      s3 = s3.add(q2.lanewise(LSHR, 12).mul(x23));
      ShortVector q3 = ShortVector.fromMemorySegment(SHORTS, w, at + 4 * BYTES, ORDER);
      ShortVector x30 = IntVector.broadcast(INTS, pairs[k + 6]).reinterpretAsShorts();
      s0 = s0.add(q3.and(FOUR_BITS).mul(x30));
      ShortVector x31 = IntVector.broadcast(INTS, pairs[k + 22]).reinterpretAsShorts();
      s1 = s1.add(q3.lanewise(LSHR, 4).and(FOUR_BITS).mul(x31));
      ShortVector x32 = IntVector.broadcast(INTS, pairs[k + 7]).reinterpretAsShorts();
      s2 = s2.add(q3.lanewise(LSHR, 8).and(FOUR_BITS).mul(x32));
      ShortVector x33 = IntVector.broadcast(INTS, pairs[k + 23]).reinterpretAsShorts();
      s3 = s3.add(q3.lanewise(LSHR, 12).mul(x33));
      ShortVector q4 = ShortVector.fromMemorySegment(SHORTS, w, at + 5 * BYTES, ORDER);
      ShortVector x40 = IntVector.broadcast(INTS, pairs[k + 8]).reinterpretAsShorts();
      s0 = s0.add(q4.and(FOUR_BITS).mul(x40));
      ShortVector x41 = IntVector.broadcast(INTS, pairs[k + 24]).reinterpretAsShorts();
      s1 = s1.add(q4.lanewise(LSHR, 4).and(FOUR_BITS).mul(x41));
      ShortVector x42 = IntVector.broadcast(INTS, pairs[k + 9]).reinterpretAsShorts();
      s2 = s2.add(q4.lanewise(LSHR, 8).and(FOUR_BITS).mul(x42));
      ShortVector x43 = IntVector.broadcast(INTS, pairs[k + 25]).reinterpretAsShorts();
      s3 = s3.add(q4.lanewise(LSHR, 12).mul(x43));
      ShortVector q5 = ShortVector.fromMemorySegment(SHORTS, w, at + 6 * BYTES, ORDER);
      ShortVector x50 = IntVector.broadcast(INTS, pairs[k + 10]).reinterpretAsShorts();
      s0 = s0.add(q5.and(FOUR_BITS).mul(x50));
      ShortVector x51 = IntVector.broadcast(INTS, pairs[k + 26]).reinterpretAsShorts();
      s1 = s1.add(q5.lanewise(LSHR, 4).and(FOUR_BITS).mul(x51));
      ShortVector x52 = IntVector.broadcast(INTS, pairs[k + 11]).reinterpretAsShorts();
      s2 = s2.add(q5.lanewise(LSHR, 8).and(FOUR_BITS).mul(x52));
      ShortVector x53 = IntVector.broadcast(INTS, pairs[k + 27]).reinterpretAsShorts();
      s3 = s3.add(q5.lanewise(LSHR, 12).mul(x53));
      ShortVector q6 = ShortVector.fromMemorySegment(SHORTS, w, at + 7 * BYTES, ORDER);
      ShortVector x60 = IntVector.broadcast(INTS, pairs[k + 12]).reinterpretAsShorts();
      s0 = s0.add(q6.and(FOUR_BITS).mul(x60));
      ShortVector x61 = IntVector.broadcast(INTS, pairs[k + 28]).reinterpretAsShorts();
      s1 = s1.add(q6.lanewise(LSHR, 4).and(FOUR_BITS).mul(x61));
      ShortVector x62 = IntVector.broadcast(INTS, pairs[k + 13]).reinterpretAsShorts();
      s2 = s2.add(q6.lanewise(LSHR, 8).and(FOUR_BITS).mul(x62));
      ShortVector x63 = IntVector.broadcast(INTS, pairs[k + 29]).reinterpretAsShorts();
      s3 = s3.add(q6.lanewise(LSHR, 12).mul(x63));
      ShortVector q7 = ShortVector.fromMemorySegment(SHORTS, w, at + 8 * BYTES, ORDER);
      ShortVector x70 = IntVector.broadcast(INTS, pairs[k + 14]).reinterpretAsShorts();
      s0 = s0.add(q7.and(FOUR_BITS).mul(x70));
      ShortVector x71 = IntVector.broadcast(INTS, pairs[k + 30]).reinterpretAsShorts();
      s1 = s1.add(q7.lanewise(LSHR, 4).and(FOUR_BITS).mul(x71));
      ShortVector x72 = IntVector.broadcast(INTS, pairs[k + 15]).reinterpretAsShorts();
      s2 = s2.add(q7.lanewise(LSHR, 8).and(FOUR_BITS).mul(x72));
      ShortVector x73 = IntVector.broadcast(INTS, pairs[k + 31]).reinterpretAsShorts();
      s3 = s3.add(q7.lanewise(LSHR, 12).mul(x73));
      IntVector s = s0.add(s1).add(s2.add(s3)).reinterpretAsInts();
      FloatVector d0 =
          d.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(scale);
      FloatVector d1 = d.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(scale);
      IntVector even = s.lanewise(LSHL, 16).lanewise(ASHR, 16);
      y0 = ((FloatVector) even.convert(I2F, 0)).fma(d0, y0);
      y1 = ((FloatVector) s.lanewise(ASHR, 16).convert(I2F, 0)).fma(d1, y1);
      at += 9 * BYTES;
    }
    y0.mul(RoundedVector.HALF_WAY).intoArray(y, to);
    y1.mul(RoundedVector.HALF_WAY).intoArray(y, to + Lanes.LENGTH);
  }
}
