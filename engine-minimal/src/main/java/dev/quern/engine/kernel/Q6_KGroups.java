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
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// Q6_K in groups of rows, put together anew: the scale of a block, then for each 32 weights their
/// two scales in one short and twelve shorts of weights. Each eight weights are in three shorts:
/// two in the lower twelve bits of each, the lower bits of the seventh and eighth above the first
/// and second two, their upper bits above the third.
///
/// The 32 that weights are above their value is taken from the sums of eight before they begin:
/// those fit in 16 bits at the end. So no bits need be cut out of a short, as in [Q4_0Groups].
final class Q6_KGroups implements ColumnKernel {
  /// Factors for eight weights: three for each of two shorts, four for the third.
  static final int FACTORS = 10;

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final long BYTES = Interleaving.BYTES;
  private static final IntVector HALF = Lanes.NO_INTS.add(0x8fffe000);

  @Override
  public void pack(
      MemorySegment rows, long at, long stride, int count, int n, MemorySegment out, long to) {
    for (int row = 0; row < Interleaving.ROWS; row++) {
      long lane = to + 2L * Interleaving.lane(row);
      for (int b = 0; b < n / 256; b++) {
        packBlock(rows, at + row * stride + 210L * b, row < count, out, lane + 105L * BYTES * b);
      }
    }
  }

  private static void packBlock(
      MemorySegment in, long at, boolean present, MemorySegment out, long to) {
    out.set(Le.SHORT, to, present ? in.get(Le.SHORT, at + 208) : 0);
    for (int k = 0; k < 256; k += 8) {
      long from = to + (2 + k / 32 + k / 8 * 3) * BYTES;
      if (k % 32 == 0) {
        out.set(Le.SHORT, from - BYTES, present ? in.get(Le.SHORT, at + 192 + k / 16) : 0);
      }
      long q = present ? eight(in, at, k) : 0;
      long seventh = q >>> 48;
      long eighth = q >>> 56;
      // two weights in twelve of each 16 bits
      long pairs = (q & 0x003f_003f_003fL) | (q >>> 2 & 0x0fc0_0fc0_0fc0L);
      out.set(Le.SHORT, from, (short) (pairs | seventh << 12));
      out.set(Le.SHORT, from + BYTES, (short) ((pairs >>> 16) | eighth << 12));
      out.set(
          Le.SHORT,
          from + 2 * BYTES,
          (short) ((pairs >>> 32 & 0xfff) | (seventh >>> 4 & 3) << 12 | (eighth >>> 4) << 14));
    }
  }

  /// Eight weights of a block, a byte each.
  private static long eight(MemorySegment in, long at, int k) {
    long low = in.get(Le.LONG, at + (k >> 7) * 64L + (k & 63));
    long high = in.get(Le.LONG, at + 128 + (k >> 7) * 32L + (k & 31));
    return (low >>> (4 * (k >> 6 & 1)) & 0x0f0f0f0f0f0f0f0fL)
        | (high >>> (2 * (k >> 5 & 3)) & 0x0303030303030303L) << 4;
  }

  @Override
  public void arrange(RoundedVector x, int n) {
    for (int i = 0, to = 0; i < n; i += 8, to += FACTORS) {
      int seventh = x.rounded(i + 6);
      int eighth = x.rounded(i + 7);
      put(x, i, seventh, to);
      put(x, i + 2, eighth, to + 3);
      put(x, i + 4, 16 * seventh, to + 6);
      x.sixes[to + 9] = RoundedVector.twice(16 * eighth - 64 * seventh);
    }
  }

  /// Puts the factors of the weights `i` and `i + 1` and of what lies above them, which is `third`.
  private static void put(RoundedVector x, int i, int third, int to) {
    int first = x.rounded(i);
    int second = x.rounded(i + 1);
    x.sixes[to] = RoundedVector.twice(first);
    x.sixes[to + 1] = RoundedVector.twice(second - 64 * first);
    x.sixes[to + 2] = RoundedVector.twice(third - 64 * second);
  }

  @Override
  public void multiply(
      MemorySegment w, long at, RoundedVector x, int n, float[] y, int to, short[] scratch) {
    int[] factors = x.sixes;
    FloatVector y0 = FloatVector.zero(FLOATS);
    FloatVector y1 = FloatVector.zero(FLOATS);
    for (int b = 0; b < n; b += 256) {
      IntVector d = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER).reinterpretAsInts();
      FloatVector t0 = FloatVector.zero(FLOATS);
      FloatVector t1 = FloatVector.zero(FLOATS);
      at += BYTES;
      for (int k = b; k < b + 256; k += 32) {
        float scale = x.scales[k >> 5];
        IntVector scales = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER).reinterpretAsInts();
        at += BYTES;
        IntVector a0 = IntVector.zero(INTS);
        IntVector a1 = IntVector.zero(INTS);
        for (int half = 0; half < 32; half += 16) {
          IntVector b0 = IntVector.zero(INTS);
          IntVector b1 = IntVector.zero(INTS);
          for (int eight = 0; eight < 16; eight += 8, at += 3 * BYTES) {
            int i = k + half + eight;
            int below = RoundedVector.twice(-32 * x.sums8[i >> 3]);
            ShortVector u0 = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER);
            ShortVector u1 = ShortVector.fromMemorySegment(SHORTS, w, at + BYTES, ORDER);
            ShortVector u2 = ShortVector.fromMemorySegment(SHORTS, w, at + 2 * BYTES, ORDER);
            ShortVector s0 = IntVector.broadcast(INTS, below).reinterpretAsShorts();
            int f = (i >> 3) * FACTORS;
            ShortVector x0 = IntVector.broadcast(INTS, factors[f]).reinterpretAsShorts();
            ShortVector x1 = IntVector.broadcast(INTS, factors[f + 1]).reinterpretAsShorts();
            ShortVector x2 = IntVector.broadcast(INTS, factors[f + 2]).reinterpretAsShorts();
            ShortVector x3 = IntVector.broadcast(INTS, factors[f + 3]).reinterpretAsShorts();
            ShortVector x4 = IntVector.broadcast(INTS, factors[f + 4]).reinterpretAsShorts();
            ShortVector x5 = IntVector.broadcast(INTS, factors[f + 5]).reinterpretAsShorts();
            ShortVector x6 = IntVector.broadcast(INTS, factors[f + 6]).reinterpretAsShorts();
            ShortVector x7 = IntVector.broadcast(INTS, factors[f + 7]).reinterpretAsShorts();
            ShortVector x8 = IntVector.broadcast(INTS, factors[f + 8]).reinterpretAsShorts();
            ShortVector x9 = IntVector.broadcast(INTS, factors[f + 9]).reinterpretAsShorts();
            s0 = s0.add(u0.mul(x0));
            ShortVector s1 = u0.lanewise(LSHR, 6).mul(x1);
            s0 = s0.add(u0.lanewise(LSHR, 12).mul(x2));
            s1 = s1.add(u1.mul(x3));
            s0 = s0.add(u1.lanewise(LSHR, 6).mul(x4));
            s1 = s1.add(u1.lanewise(LSHR, 12).mul(x5));
            s0 = s0.add(u2.mul(x6));
            s1 = s1.add(u2.lanewise(LSHR, 6).mul(x7));
            s0 = s0.add(u2.lanewise(LSHR, 12).mul(x8));
            s1 = s1.add(u2.lanewise(LSHR, 14).mul(x9));
            IntVector s = s0.add(s1).reinterpretAsInts();
            b0 = b0.add(s.lanewise(LSHL, 16).lanewise(ASHR, 16));
            b1 = b1.add(s.lanewise(ASHR, 16));
          }
          a0 = a0.add(b0.mul(scales.lanewise(LSHL, 24).lanewise(ASHR, 24)));
          a1 = a1.add(b1.mul(scales.lanewise(LSHL, 8).lanewise(ASHR, 24)));
          scales = scales.lanewise(LSHR, 8);
        }
        t0 = ((FloatVector) a0.convert(I2F, 0)).fma(FloatVector.broadcast(FLOATS, scale), t0);
        t1 = ((FloatVector) a1.convert(I2F, 0)).fma(FloatVector.broadcast(FLOATS, scale), t1);
      }
      FloatVector d0 = d.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF).reinterpretAsFloats();
      y0 = t0.fma(d0, y0);
      y1 = t1.fma(d.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats(), y1);
    }
    y0.mul(RoundedVector.HALF_WAY).intoArray(y, to);
    y1.mul(RoundedVector.HALF_WAY).intoArray(y, to + Lanes.LENGTH);
  }

  @Override
  public void decode(MemorySegment w, long at, int n, float[] out, int to, int ld) {
    for (int b = 0; b < n; b += 256) {
      IntVector d = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER).reinterpretAsInts();
      FloatVector d0 =
          d.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(0x1p112f);
      FloatVector d1 = d.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(0x1p112f);
      at += BYTES;
      for (int k = b; k < b + 256; k += 16) {
        long head = at + (k - b) / 32 * 13L * BYTES;
        IntVector scales =
            ShortVector.fromMemorySegment(SHORTS, w, head, ORDER).reinterpretAsInts();
        scales = scales.lanewise(LSHR, k >> 1 & 8);
        IntVector scale0 = scales.lanewise(LSHL, 24).lanewise(ASHR, 24);
        IntVector scale1 = scales.lanewise(LSHL, 8).lanewise(ASHR, 24);
        FloatVector s0 = ((FloatVector) scale0.convert(I2F, 0)).mul(d0);
        FloatVector s1 = ((FloatVector) scale1.convert(I2F, 0)).mul(d1);
        for (int i = 0; i < 16; i++) {
          // two shorts for the last two of eight, once the first for the others
          int place = i & 7;
          long from = head + (1 + ((k & 16) + i) / 8 * 3) * BYTES;
          long first = from + (place < 6 ? place / 2 : place - 6) * BYTES;
          int shift = place < 6 ? 6 * (place & 1) : 12;
          int mask = place < 6 ? 63 : 15;
          int above = place < 6 ? 0 : 48;
          IntVector u = ShortVector.fromMemorySegment(SHORTS, w, first, ORDER).reinterpretAsInts();
          IntVector v =
              ShortVector.fromMemorySegment(SHORTS, w, from + 2 * BYTES, ORDER)
                  .reinterpretAsInts()
                  .lanewise(LSHR, 8 + 2 * (place & 1));
          IntVector r = u.lanewise(LSHR, shift);
          IntVector q0 = r.and(mask).or(v.and(above)).sub(32);
          IntVector q1 = r.lanewise(LSHR, 16).and(mask).or(v.lanewise(LSHR, 16).and(above)).sub(32);
          int column = to + (k + i) * ld;
          ((FloatVector) q0.convert(I2F, 0)).mul(s0).intoArray(out, column);
          ((FloatVector) q1.convert(I2F, 0)).mul(s1).intoArray(out, column + Lanes.LENGTH);
        }
      }
      at += 104 * BYTES;
    }
  }
}
