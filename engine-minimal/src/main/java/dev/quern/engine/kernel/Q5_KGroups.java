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

/// Q5_K in groups of rows, put together anew: for each 32 weights a short as in [SixBitGroups],
/// then twice five shorts for 16 weights: three weights in the upper 15 bits of each, and the 16th
/// in the lowest bits of all, from its lowest up.
///
/// Weights are lowered by 16 so that the sums of 16 fit in 16 bits, and raised again in 32. They
/// need not be cut out of their shorts, as in [Q4_0Groups].
final class Q5_KGroups implements NibbleKernel {
  /// Shorts of a row for each 32 weights.
  static final int SHORTS_OF_32 = 11;

  /// Factors for 16 weights: four for each short.
  static final int FACTORS = 20;

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final long BYTES = Interleaving.BYTES;
  private static final int ROWS = Interleaving.ROWS;
  private static final ShortVector LOWEST = Lanes.NO_SHORTS.add((short) 1);
  private static final ShortVector FOUR_BITS = Lanes.NO_SHORTS.add((short) 15);
  private static final ShortVector FIVE_BITS = Lanes.NO_SHORTS.add((short) 31);
  private static final ShortVector UPPER_BITS = Lanes.NO_SHORTS.add((short) 0xf000);
  private static final IntVector SIX_BITS = Lanes.NO_INTS.add(63);
  private static final IntVector HALF = Lanes.NO_INTS.add(0x8fffe000);

  @Override
  public void pack(
      MemorySegment rows, long at, long stride, int count, int n, MemorySegment out, long to) {
    for (int row = 0; row < ROWS; row++) {
      long lane = to + 2L * Interleaving.lane(row);
      for (int b = 0; b < n / 256; b++) {
        packBlock(rows, at + row * stride + 176L * b, row < count, out, lane + 88L * BYTES * b);
      }
    }
  }

  private static void packBlock(
      MemorySegment in, long at, boolean present, MemorySegment out, long to) {
    long head = present ? in.get(Le.LONG, at) : 0;
    long tail = present ? in.get(Le.LONG, at + 8) : 0;
    long from = to;
    for (int i = 0; i < 16; i++) {
      if (i % 2 == 0) {
        out.set(Le.SHORT, from, SixBitGroups.head(head, tail, i / 2));
        from += BYTES;
      }
      // weights 0 to 7 and 8 to 15, a byte each
      long low = present ? eight(in, at, 16 * i) : 0;
      long high = present ? eight(in, at, 16 * i + 8) : 0;
      out.set(Le.SHORT, from, three(low, (int) (high >>> 56)));
      out.set(Le.SHORT, from + BYTES, three(low >>> 24, (int) (high >>> 57)));
      out.set(Le.SHORT, from + 2 * BYTES, three((low >>> 48) | (high << 16), (int) (high >>> 58)));
      out.set(Le.SHORT, from + 3 * BYTES, three(high >>> 8, (int) (high >>> 59)));
      out.set(Le.SHORT, from + 4 * BYTES, three(high >>> 32, (int) (high >>> 60)));
      from += 5 * BYTES;
    }
  }

  /// Three weights from the lower bytes of `weights`, above one bit.
  private static short three(long weights, int bit) {
    return (short)
        ((bit & 1) | (weights & 31) << 1 | (weights >>> 8 & 31) << 6 | (weights >>> 16 & 31) << 11);
  }

  /// Eight weights of a block, a byte each.
  private static long eight(MemorySegment in, long at, int k) {
    long low = in.get(Le.LONG, at + 48 + (k >> 6) * 32L + (k & 31));
    long fifth = in.get(Le.LONG, at + 16 + (k & 31));
    return (low >>> (4 * (k >> 5 & 1)) & 0x0f0f0f0f0f0f0f0fL)
        | (fifth >>> (k >> 5) & 0x0101010101010101L) << 4;
  }

  @Override
  public void arrange(RoundedVector x, int n) {
    for (int i = 0, to = 0; i < n; i += 16) {
      int last = x.rounded(i + 15);
      for (int k = i; k < i + 15; k += 3, to += 4, last *= 2) {
        int x0 = x.rounded(k);
        int x1 = x.rounded(k + 1);
        int x2 = x.rounded(k + 2);
        x.fives[to] = RoundedVector.twice(last);
        x.fives[to + 1] = RoundedVector.twice(x0 - 2 * last);
        x.fives[to + 2] = RoundedVector.twice(x1 - 32 * x0);
        x.fives[to + 3] = RoundedVector.twice(x2 - 32 * x1);
      }
    }
  }

  @Override
  public void multiply(
      MemorySegment w, long at, RoundedVector x, int n, float[] y, int to, short[] scratch) {
    int[] factors = x.fives;
    FloatVector y0 = FloatVector.zero(FLOATS);
    FloatVector y1 = FloatVector.zero(FLOATS);
    for (int b = 0; b < n; b += 256) {
      FloatVector t0 = FloatVector.zero(FLOATS);
      FloatVector t1 = FloatVector.zero(FLOATS);
      FloatVector m0 = FloatVector.zero(FLOATS);
      FloatVector m1 = FloatVector.zero(FLOATS);
      ShortVector first = ShortVector.zero(SHORTS);
      ShortVector second = ShortVector.zero(SHORTS);
      for (int j = 0, k = b; j < 8; j++, k += 32) {
        int sum = x.sums[k >> 5];
        float scale = x.scales[k >> 5];
        ShortVector head = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER);
        at += BYTES;
        IntVector a0 = IntVector.broadcast(INTS, 16 * sum);
        IntVector a1 = IntVector.broadcast(INTS, 16 * sum);
        for (int half = 0; half < 32; half += 16) {
          int i = k + half;
          int below = -16 * (x.sums8[i >> 3] + x.sums8[(i >> 3) + 1]);
          ShortVector s0 =
              IntVector.broadcast(INTS, RoundedVector.twice(below)).reinterpretAsShorts();
          ShortVector s1 = ShortVector.zero(SHORTS);
          ShortVector s2 = ShortVector.zero(SHORTS);
          ShortVector s3 = ShortVector.zero(SHORTS);
          int from = (i >> 4) * FACTORS;
          for (int f = 0; f < FACTORS; f += 4, at += BYTES) {
            ShortVector u = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER);
            ShortVector x0 = IntVector.broadcast(INTS, factors[from + f]).reinterpretAsShorts();
            ShortVector x1 = IntVector.broadcast(INTS, factors[from + f + 1]).reinterpretAsShorts();
            ShortVector x2 = IntVector.broadcast(INTS, factors[from + f + 2]).reinterpretAsShorts();
            ShortVector x3 = IntVector.broadcast(INTS, factors[from + f + 3]).reinterpretAsShorts();
            s0 = s0.add(u.mul(x0));
            s1 = s1.add(u.lanewise(LSHR, 1).mul(x1));
            s2 = s2.add(u.lanewise(LSHR, 6).mul(x2));
            s3 = s3.add(u.lanewise(LSHR, 11).mul(x3));
          }
          IntVector s = s0.add(s1).add(s2.add(s3)).reinterpretAsInts();
          a0 = a0.add(s.lanewise(LSHL, 16).lanewise(ASHR, 16));
          a1 = a1.add(s.lanewise(ASHR, 16));
        }
        // what was first comes down four times
        first = second.and(FOUR_BITS).lanewise(LSHL, 12).or(first.lanewise(LSHR, 4));
        second = head.and(UPPER_BITS).or(second.lanewise(LSHR, 4));
        IntVector h = head.reinterpretAsInts();
        FloatVector factor = FloatVector.broadcast(FLOATS, scale);
        FloatVector below = FloatVector.broadcast(FLOATS, scale * sum);
        t0 = ((FloatVector) a0.mul(h.and(SIX_BITS)).convert(I2F, 0)).fma(factor, t0);
        a1 = a1.mul(h.lanewise(LSHR, 16).and(SIX_BITS));
        t1 = ((FloatVector) a1.convert(I2F, 0)).fma(factor, t1);
        m0 = ((FloatVector) h.lanewise(LSHR, 6).and(SIX_BITS).convert(I2F, 0)).fma(below, m0);
        m1 = ((FloatVector) h.lanewise(LSHR, 22).and(SIX_BITS).convert(I2F, 0)).fma(below, m1);
      }
      IntVector d = first.reinterpretAsInts();
      IntVector e = second.reinterpretAsInts();
      FloatVector d0 = d.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF).reinterpretAsFloats();
      FloatVector d1 = d.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats();
      FloatVector e0 = e.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF).reinterpretAsFloats();
      FloatVector e1 = e.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats();
      y0 = t0.fma(d0, y0).sub(m0.mul(e0));
      y1 = t1.fma(d1, y1).sub(m1.mul(e1));
    }
    y0.mul(RoundedVector.HALF_WAY).intoArray(y, to);
    y1.mul(RoundedVector.HALF_WAY).intoArray(y, to + Lanes.LENGTH);
  }

  @Override
  public void decode(MemorySegment w, long at, int n, NibbleTile tile) {
    int ld = NibbleTile.ROWS;
    tile.form = NibbleForm.FIVE_BITS;
    for (int b = 0; b < n; b += 256, at += 88 * BYTES) {
      SixBitGroups.decode(w, at, SHORTS_OF_32, tile, b >> 5, 16);
      for (int j = 0; j < 8; j++) {
        for (int half = 0; half < 2; half++) {
          long from = at + (SHORTS_OF_32 * j + 1 + 5 * half) * BYTES;
          int column = (b + 32 * j + 16 * half) * ld;
          ShortVector sixteenth = ShortVector.zero(SHORTS);
          for (int i = 0; i < 5; i++) {
            ShortVector u = ShortVector.fromMemorySegment(SHORTS, w, from + i * BYTES, ORDER);
            sixteenth = sixteenth.or(u.and(LOWEST).lanewise(LSHL, i));
            for (int p = 0; p < 3; p++, column += ld) {
              IntVector q =
                  u.lanewise(LSHR, 1 + 5 * p).and(FIVE_BITS).sub((short) 16).reinterpretAsInts();
              q.and(0xffff).or(q.lanewise(LSHL, 16)).intoArray(tile.weights, column);
              q.lanewise(LSHR, 16)
                  .or(q.and(0xffff0000))
                  .intoArray(tile.weights, column + Lanes.LENGTH);
            }
          }
          IntVector q = sixteenth.sub((short) 16).reinterpretAsInts();
          q.and(0xffff).or(q.lanewise(LSHL, 16)).intoArray(tile.weights, column);
          q.lanewise(LSHR, 16).or(q.and(0xffff0000)).intoArray(tile.weights, column + Lanes.LENGTH);
        }
      }
    }
  }
}
