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

/// Q5_K in groups of rows. The head of a block is as in the file. Each 16 weights are put together
/// anew in five shorts: three weights in the upper 15 bits of each, and the 16th in the lowest bits
/// of all, from its lowest up.
///
/// Weights are lowered by 16 so that the sums of 16 fit in 16 bits, and raised again in 32.
final class Q5_KGroups implements GroupKernel {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final long BYTES = Interleaving.BYTES;
  private static final int ROWS = Interleaving.ROWS;
  private static final ShortVector FIVE_BITS = Lanes.NO_SHORTS.add((short) 31);
  private static final ShortVector SIX_BITS = Lanes.NO_SHORTS.add((short) 0x3f3f);
  private static final ShortVector FOUR_BITS_EACH = Lanes.NO_SHORTS.add((short) 0x0f0f);
  private static final ShortVector UPPER_BITS = Lanes.NO_SHORTS.add((short) 0x3030);
  private static final IntVector BYTE = Lanes.NO_INTS.add(255);
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
    for (int i = 0; i < 8; i++) {
      out.set(Le.SHORT, to + i * BYTES, present ? in.get(Le.SHORT, at + 2L * i) : 0);
    }
    for (int i = 0; i < 16; i++) {
      long from = to + (8 + 5 * i) * BYTES;
      // weights 0 to 7 and 8 to 15, a byte each
      long low = present ? eight(in, at, 16 * i) : 0;
      long high = present ? eight(in, at, 16 * i + 8) : 0;
      out.set(Le.SHORT, from, three(low, (int) (high >>> 56)));
      out.set(Le.SHORT, from + BYTES, three(low >>> 24, (int) (high >>> 57)));
      out.set(Le.SHORT, from + 2 * BYTES, three((low >>> 48) | (high << 16), (int) (high >>> 58)));
      out.set(Le.SHORT, from + 3 * BYTES, three(high >>> 8, (int) (high >>> 59)));
      out.set(Le.SHORT, from + 4 * BYTES, three(high >>> 32, (int) (high >>> 60)));
    }
  }

  /// Three weights from the lower bytes of `weights`, above one bit.
  private static short three(long weights, int bit) {
    return (short)
        ((bit & 1)
            | (weights & 31) << 1
            | (weights >>> 8 & 31) << 6
            | (weights >>> 16 & 31) << 11);
  }

  /// Eight weights of a block, a byte each.
  private static long eight(MemorySegment in, long at, int k) {
    long low = in.get(Le.LONG, at + 48 + (k >> 6) * 32L + (k & 31));
    long fifth = in.get(Le.LONG, at + 16 + (k & 31));
    return (low >>> (4 * (k >> 5 & 1)) & 0x0f0f0f0f0f0f0f0fL)
        | (fifth >>> (k >> 5) & 0x0101010101010101L) << 4;
  }

  @Override
  public void multiply(
      MemorySegment w, long at, RoundedVector x, int n, float[] y, int to, short[] scratch) {
    int[] pairs = x.pairs;
    FloatVector y0 = FloatVector.zero(FLOATS);
    FloatVector y1 = FloatVector.zero(FLOATS);
    for (int b = 0; b < n; b += 256) {
      IntVector d = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER).reinterpretAsInts();
      IntVector e = ShortVector.fromMemorySegment(SHORTS, w, at + BYTES, ORDER).reinterpretAsInts();
      unpackScales(w, at, scratch);
      FloatVector t0 = FloatVector.zero(FLOATS);
      FloatVector t1 = FloatVector.zero(FLOATS);
      FloatVector m0 = FloatVector.zero(FLOATS);
      FloatVector m1 = FloatVector.zero(FLOATS);
      long from = at + 8 * BYTES;
      for (int k = b, j = 0; k < b + 256; k += 64, j += ROWS) {
        int sum0 = x.sums[k >> 5];
        int sum1 = x.sums[(k >> 5) + 1];
        float scale0 = x.scales[k >> 5];
        float scale1 = x.scales[(k >> 5) + 1];
        IntVector a0 = IntVector.broadcast(INTS, 16 * sum0);
        IntVector a1 = IntVector.broadcast(INTS, 16 * sum0);
        IntVector b0 = IntVector.broadcast(INTS, 16 * sum1);
        IntVector b1 = IntVector.broadcast(INTS, 16 * sum1);
        for (int i = k; i < k + 32; i += 16, from += 5 * BYTES) {
          int below = -16 * (x.sums8[i >> 3] + x.sums8[(i >> 3) + 1]);
          ShortVector u0 = ShortVector.fromMemorySegment(SHORTS, w, from, ORDER);
          ShortVector u1 = ShortVector.fromMemorySegment(SHORTS, w, from + BYTES, ORDER);
          ShortVector u2 = ShortVector.fromMemorySegment(SHORTS, w, from + 2 * BYTES, ORDER);
          ShortVector u3 = ShortVector.fromMemorySegment(SHORTS, w, from + 3 * BYTES, ORDER);
          ShortVector u4 = ShortVector.fromMemorySegment(SHORTS, w, from + 4 * BYTES, ORDER);
          ShortVector s0 =
              IntVector.broadcast(INTS, RoundedVector.twice(below)).reinterpretAsShorts();
          ShortVector last =
              u0.and((short) 1)
                  .or(u1.and((short) 1).lanewise(LSHL, 1))
                  .or(u2.and((short) 1).lanewise(LSHL, 2))
                  .or(u3.and((short) 1).lanewise(LSHL, 3))
                  .or(u4.lanewise(LSHL, 4).and((short) 16));
          ShortVector x15 = IntVector.broadcast(INTS, pairs[i + 15]).reinterpretAsShorts();
          ShortVector s1 = last.mul(x15);
          ShortVector x0 = IntVector.broadcast(INTS, pairs[i]).reinterpretAsShorts();
          s0 = s0.add(u0.lanewise(LSHR, 1).and(FIVE_BITS).mul(x0));
          ShortVector x1 = IntVector.broadcast(INTS, pairs[i + 1]).reinterpretAsShorts();
          s1 = s1.add(u0.lanewise(LSHR, 6).and(FIVE_BITS).mul(x1));
          ShortVector x2 = IntVector.broadcast(INTS, pairs[i + 2]).reinterpretAsShorts();
          s0 = s0.add(u0.lanewise(LSHR, 11).mul(x2));
          ShortVector x3 = IntVector.broadcast(INTS, pairs[i + 3]).reinterpretAsShorts();
          s1 = s1.add(u1.lanewise(LSHR, 1).and(FIVE_BITS).mul(x3));
          ShortVector x4 = IntVector.broadcast(INTS, pairs[i + 4]).reinterpretAsShorts();
          s0 = s0.add(u1.lanewise(LSHR, 6).and(FIVE_BITS).mul(x4));
          ShortVector x5 = IntVector.broadcast(INTS, pairs[i + 5]).reinterpretAsShorts();
          s1 = s1.add(u1.lanewise(LSHR, 11).mul(x5));
          ShortVector x6 = IntVector.broadcast(INTS, pairs[i + 6]).reinterpretAsShorts();
          s0 = s0.add(u2.lanewise(LSHR, 1).and(FIVE_BITS).mul(x6));
          ShortVector x7 = IntVector.broadcast(INTS, pairs[i + 7]).reinterpretAsShorts();
          s1 = s1.add(u2.lanewise(LSHR, 6).and(FIVE_BITS).mul(x7));
          ShortVector x8 = IntVector.broadcast(INTS, pairs[i + 8]).reinterpretAsShorts();
          s0 = s0.add(u2.lanewise(LSHR, 11).mul(x8));
          ShortVector x9 = IntVector.broadcast(INTS, pairs[i + 9]).reinterpretAsShorts();
          s1 = s1.add(u3.lanewise(LSHR, 1).and(FIVE_BITS).mul(x9));
          ShortVector x10 = IntVector.broadcast(INTS, pairs[i + 10]).reinterpretAsShorts();
          s0 = s0.add(u3.lanewise(LSHR, 6).and(FIVE_BITS).mul(x10));
          ShortVector x11 = IntVector.broadcast(INTS, pairs[i + 11]).reinterpretAsShorts();
          s1 = s1.add(u3.lanewise(LSHR, 11).mul(x11));
          ShortVector x12 = IntVector.broadcast(INTS, pairs[i + 12]).reinterpretAsShorts();
          s0 = s0.add(u4.lanewise(LSHR, 1).and(FIVE_BITS).mul(x12));
          ShortVector x13 = IntVector.broadcast(INTS, pairs[i + 13]).reinterpretAsShorts();
          s1 = s1.add(u4.lanewise(LSHR, 6).and(FIVE_BITS).mul(x13));
          ShortVector x14 = IntVector.broadcast(INTS, pairs[i + 14]).reinterpretAsShorts();
          s0 = s0.add(u4.lanewise(LSHR, 11).mul(x14));
          IntVector s = s0.add(s1).reinterpretAsInts();
          a0 = a0.add(s.lanewise(LSHL, 16).lanewise(ASHR, 16));
          a1 = a1.add(s.lanewise(ASHR, 16));
        }
        for (int i = k + 32; i < k + 64; i += 16, from += 5 * BYTES) {
          int below = -16 * (x.sums8[i >> 3] + x.sums8[(i >> 3) + 1]);
          ShortVector u0 = ShortVector.fromMemorySegment(SHORTS, w, from, ORDER);
          ShortVector u1 = ShortVector.fromMemorySegment(SHORTS, w, from + BYTES, ORDER);
          ShortVector u2 = ShortVector.fromMemorySegment(SHORTS, w, from + 2 * BYTES, ORDER);
          ShortVector u3 = ShortVector.fromMemorySegment(SHORTS, w, from + 3 * BYTES, ORDER);
          ShortVector u4 = ShortVector.fromMemorySegment(SHORTS, w, from + 4 * BYTES, ORDER);
          ShortVector s0 =
              IntVector.broadcast(INTS, RoundedVector.twice(below)).reinterpretAsShorts();
          ShortVector last =
              u0.and((short) 1)
                  .or(u1.and((short) 1).lanewise(LSHL, 1))
                  .or(u2.and((short) 1).lanewise(LSHL, 2))
                  .or(u3.and((short) 1).lanewise(LSHL, 3))
                  .or(u4.lanewise(LSHL, 4).and((short) 16));
          ShortVector x15 = IntVector.broadcast(INTS, pairs[i + 15]).reinterpretAsShorts();
          ShortVector s1 = last.mul(x15);
          ShortVector x0 = IntVector.broadcast(INTS, pairs[i]).reinterpretAsShorts();
          s0 = s0.add(u0.lanewise(LSHR, 1).and(FIVE_BITS).mul(x0));
          ShortVector x1 = IntVector.broadcast(INTS, pairs[i + 1]).reinterpretAsShorts();
          s1 = s1.add(u0.lanewise(LSHR, 6).and(FIVE_BITS).mul(x1));
          ShortVector x2 = IntVector.broadcast(INTS, pairs[i + 2]).reinterpretAsShorts();
          s0 = s0.add(u0.lanewise(LSHR, 11).mul(x2));
          ShortVector x3 = IntVector.broadcast(INTS, pairs[i + 3]).reinterpretAsShorts();
          s1 = s1.add(u1.lanewise(LSHR, 1).and(FIVE_BITS).mul(x3));
          ShortVector x4 = IntVector.broadcast(INTS, pairs[i + 4]).reinterpretAsShorts();
          s0 = s0.add(u1.lanewise(LSHR, 6).and(FIVE_BITS).mul(x4));
          ShortVector x5 = IntVector.broadcast(INTS, pairs[i + 5]).reinterpretAsShorts();
          s1 = s1.add(u1.lanewise(LSHR, 11).mul(x5));
          ShortVector x6 = IntVector.broadcast(INTS, pairs[i + 6]).reinterpretAsShorts();
          s0 = s0.add(u2.lanewise(LSHR, 1).and(FIVE_BITS).mul(x6));
          ShortVector x7 = IntVector.broadcast(INTS, pairs[i + 7]).reinterpretAsShorts();
          s1 = s1.add(u2.lanewise(LSHR, 6).and(FIVE_BITS).mul(x7));
          ShortVector x8 = IntVector.broadcast(INTS, pairs[i + 8]).reinterpretAsShorts();
          s0 = s0.add(u2.lanewise(LSHR, 11).mul(x8));
          ShortVector x9 = IntVector.broadcast(INTS, pairs[i + 9]).reinterpretAsShorts();
          s1 = s1.add(u3.lanewise(LSHR, 1).and(FIVE_BITS).mul(x9));
          ShortVector x10 = IntVector.broadcast(INTS, pairs[i + 10]).reinterpretAsShorts();
          s0 = s0.add(u3.lanewise(LSHR, 6).and(FIVE_BITS).mul(x10));
          ShortVector x11 = IntVector.broadcast(INTS, pairs[i + 11]).reinterpretAsShorts();
          s1 = s1.add(u3.lanewise(LSHR, 11).mul(x11));
          ShortVector x12 = IntVector.broadcast(INTS, pairs[i + 12]).reinterpretAsShorts();
          s0 = s0.add(u4.lanewise(LSHR, 1).and(FIVE_BITS).mul(x12));
          ShortVector x13 = IntVector.broadcast(INTS, pairs[i + 13]).reinterpretAsShorts();
          s1 = s1.add(u4.lanewise(LSHR, 6).and(FIVE_BITS).mul(x13));
          ShortVector x14 = IntVector.broadcast(INTS, pairs[i + 14]).reinterpretAsShorts();
          s0 = s0.add(u4.lanewise(LSHR, 11).mul(x14));
          IntVector s = s0.add(s1).reinterpretAsInts();
          b0 = b0.add(s.lanewise(LSHL, 16).lanewise(ASHR, 16));
          b1 = b1.add(s.lanewise(ASHR, 16));
        }
        IntVector scales = ShortVector.fromArray(SHORTS, scratch, j).reinterpretAsInts();
        IntVector minima = ShortVector.fromArray(SHORTS, scratch, j + 4 * ROWS).reinterpretAsInts();
        t0 =
            ((FloatVector) a0.mul(scales.and(BYTE)).convert(I2F, 0))
                .fma(FloatVector.broadcast(FLOATS, scale0), t0);
        t1 =
            ((FloatVector) a1.mul(scales.lanewise(LSHR, 16).and(BYTE)).convert(I2F, 0))
                .fma(FloatVector.broadcast(FLOATS, scale0), t1);
        t0 =
            ((FloatVector) b0.mul(scales.lanewise(LSHR, 8).and(BYTE)).convert(I2F, 0))
                .fma(FloatVector.broadcast(FLOATS, scale1), t0);
        t1 =
            ((FloatVector) b1.mul(scales.lanewise(LSHR, 24)).convert(I2F, 0))
                .fma(FloatVector.broadcast(FLOATS, scale1), t1);
        FloatVector below0 = FloatVector.broadcast(FLOATS, scale0 * sum0);
        FloatVector below1 = FloatVector.broadcast(FLOATS, scale1 * sum1);
        m0 = ((FloatVector) minima.and(BYTE).convert(I2F, 0)).fma(below0, m0);
        m1 = ((FloatVector) minima.lanewise(LSHR, 16).and(BYTE).convert(I2F, 0)).fma(below0, m1);
        m0 = ((FloatVector) minima.lanewise(LSHR, 8).and(BYTE).convert(I2F, 0)).fma(below1, m0);
        m1 = ((FloatVector) minima.lanewise(LSHR, 24).convert(I2F, 0)).fma(below1, m1);
      }
      FloatVector d0 = d.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF).reinterpretAsFloats();
      FloatVector d1 = d.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats();
      FloatVector e0 = e.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF).reinterpretAsFloats();
      FloatVector e1 = e.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats();
      y0 = t0.fma(d0, y0).sub(m0.mul(e0));
      y1 = t1.fma(d1, y1).sub(m1.mul(e1));
      at = from;
    }
    y0.mul(RoundedVector.HALF_WAY).intoArray(y, to);
    y1.mul(RoundedVector.HALF_WAY).intoArray(y, to + Lanes.LENGTH);
  }

  /// Puts the scales of a block, two to a short, and then its minima in `scratch`.
  private static void unpackScales(MemorySegment w, long at, short[] scratch) {
    for (int i = 0; i < 2; i++) {
      long from = at + i * BYTES;
      ShortVector low = ShortVector.fromMemorySegment(SHORTS, w, from + 2 * BYTES, ORDER);
      ShortVector min = ShortVector.fromMemorySegment(SHORTS, w, from + 4 * BYTES, ORDER);
      ShortVector last = ShortVector.fromMemorySegment(SHORTS, w, from + 6 * BYTES, ORDER);
      low.and(SIX_BITS).intoArray(scratch, i * ROWS);
      min.and(SIX_BITS).intoArray(scratch, (4 + i) * ROWS);
      last.and(FOUR_BITS_EACH)
          .or(low.lanewise(LSHR, 2).and(UPPER_BITS))
          .intoArray(scratch, (2 + i) * ROWS);
      last.lanewise(LSHR, 4)
          .and(FOUR_BITS_EACH)
          .or(min.lanewise(LSHR, 2).and(UPPER_BITS))
          .intoArray(scratch, (6 + i) * ROWS);
    }
  }

  @Override
  public void decode(MemorySegment w, long at, int n, float[] out, int to, int ld) {
    for (int b = 0; b < n; b += 256, at += 88 * BYTES) {
      IntVector d = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER).reinterpretAsInts();
      IntVector e = ShortVector.fromMemorySegment(SHORTS, w, at + BYTES, ORDER).reinterpretAsInts();
      FloatVector d0 =
          d.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(0x1p112f);
      FloatVector d1 = d.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(0x1p112f);
      FloatVector e0 =
          e.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(0x1p112f);
      FloatVector e1 = e.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(0x1p112f);
      for (int j = 0; j < 8; j++) {
        // the last four scales and minima have their upper bits in the first four
        long head = at + (j >> 1 & 1) * BYTES;
        int shift = j >> 2 << 1;
        short upper = j < 4 ? (short) 0x3f3f : (short) 0x3030;
        short lower = j < 4 ? 0 : (short) 0x0f0f;
        ShortVector last = ShortVector.fromMemorySegment(SHORTS, w, head + 6 * BYTES, ORDER);
        IntVector scales =
            ShortVector.fromMemorySegment(SHORTS, w, head + 2 * BYTES, ORDER)
                .lanewise(LSHR, shift)
                .and(upper)
                .or(last.and(lower))
                .reinterpretAsInts()
                .lanewise(LSHR, 8 * (j & 1));
        IntVector minima =
            ShortVector.fromMemorySegment(SHORTS, w, head + 4 * BYTES, ORDER)
                .lanewise(LSHR, shift)
                .and(upper)
                .or(last.lanewise(LSHR, 4).and(lower))
                .reinterpretAsInts()
                .lanewise(LSHR, 8 * (j & 1));
        FloatVector s0 = ((FloatVector) scales.and(BYTE).convert(I2F, 0)).mul(d0);
        FloatVector s1 =
            ((FloatVector) scales.lanewise(LSHR, 16).and(BYTE).convert(I2F, 0)).mul(d1);
        FloatVector m0 = ((FloatVector) minima.and(BYTE).convert(I2F, 0)).mul(e0);
        FloatVector m1 =
            ((FloatVector) minima.lanewise(LSHR, 16).and(BYTE).convert(I2F, 0)).mul(e1);
        for (int half = 0; half < 2; half++) {
          long from = at + (8 + 10 * j + 5 * half) * BYTES;
          int column = to + (b + 32 * j + 16 * half) * ld;
          IntVector sixteenth = IntVector.zero(INTS);
          for (int i = 0; i < 5; i++) {
            long vector = from + i * BYTES;
            IntVector u =
                ShortVector.fromMemorySegment(SHORTS, w, vector, ORDER).reinterpretAsInts();
            sixteenth = sixteenth.or(u.and(0x10001).lanewise(LSHL, i));
            for (int p = 0; p < 3; p++, column += ld) {
              IntVector q = u.lanewise(LSHR, 1 + 5 * p);
              FloatVector q0 = (FloatVector) q.and(31).convert(I2F, 0);
              FloatVector q1 = (FloatVector) q.lanewise(LSHR, 16).and(31).convert(I2F, 0);
              q0.mul(s0).sub(m0).intoArray(out, column);
              q1.mul(s1).sub(m1).intoArray(out, column + Lanes.LENGTH);
            }
          }
          FloatVector q0 = (FloatVector) sixteenth.and(31).convert(I2F, 0);
          FloatVector q1 = (FloatVector) sixteenth.lanewise(LSHR, 16).convert(I2F, 0);
          q0.mul(s0).sub(m0).intoArray(out, column);
          q1.mul(s1).sub(m1).intoArray(out, column + Lanes.LENGTH);
        }
      }
    }
  }
}
