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
final class Q5_KGroups implements NibbleKernel {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final long BYTES = Interleaving.BYTES;
  private static final int ROWS = Interleaving.ROWS;
  private static final ShortVector LOWEST = Lanes.NO_SHORTS.add((short) 1);
  private static final ShortVector FIVE_BITS = Lanes.NO_SHORTS.add((short) 31);
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
  public void multiply(
      MemorySegment w, long at, RoundedVector x, int n, float[] y, int to, short[] scratch) {
    int[] pairs = x.pairs;
    FloatVector y0 = FloatVector.zero(FLOATS);
    FloatVector y1 = FloatVector.zero(FLOATS);
    for (int b = 0; b < n; b += 256) {
      IntVector d = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER).reinterpretAsInts();
      IntVector e = ShortVector.fromMemorySegment(SHORTS, w, at + BYTES, ORDER).reinterpretAsInts();
      SixBitGroups.unpack(w, at, scratch);
      FloatVector t0 = FloatVector.zero(FLOATS);
      FloatVector t1 = FloatVector.zero(FLOATS);
      FloatVector m0 = FloatVector.zero(FLOATS);
      FloatVector m1 = FloatVector.zero(FLOATS);
      long from = at + 8 * BYTES;
      for (int k = b, j = 0; j < 8; k += 32, j++) {
        int sum = x.sums[k >> 5];
        float scale = x.scales[k >> 5];
        IntVector a0 = IntVector.broadcast(INTS, 16 * sum);
        IntVector a1 = IntVector.broadcast(INTS, 16 * sum);
        for (int half = 0; half < 32; half += 16, from += 5 * BYTES) {
          int i = k + half;
          int below = -16 * (x.sums8[i >> 3] + x.sums8[(i >> 3) + 1]);
          ShortVector s0 =
              IntVector.broadcast(INTS, RoundedVector.twice(below)).reinterpretAsShorts();
          ShortVector s1 = ShortVector.zero(SHORTS);
          ShortVector last = ShortVector.zero(SHORTS);
          long vector = from;
          for (int p = i, bit = 0; bit < 5; p += 3, bit++, vector += BYTES) {
            ShortVector u = ShortVector.fromMemorySegment(SHORTS, w, vector, ORDER);
            ShortVector x0 = IntVector.broadcast(INTS, pairs[p]).reinterpretAsShorts();
            ShortVector x1 = IntVector.broadcast(INTS, pairs[p + 1]).reinterpretAsShorts();
            ShortVector x2 = IntVector.broadcast(INTS, pairs[p + 2]).reinterpretAsShorts();
            last = last.or(u.and(LOWEST).lanewise(LSHL, bit));
            s0 = s0.add(u.lanewise(LSHR, 1).and(FIVE_BITS).mul(x0));
            s1 = s1.add(u.lanewise(LSHR, 6).and(FIVE_BITS).mul(x1));
            s0 = s0.add(u.lanewise(LSHR, 11).mul(x2));
          }
          ShortVector x15 = IntVector.broadcast(INTS, pairs[i + 15]).reinterpretAsShorts();
          IntVector s = last.mul(x15).add(s0).add(s1).reinterpretAsInts();
          a0 = a0.add(s.lanewise(LSHL, 16).lanewise(ASHR, 16));
          a1 = a1.add(s.lanewise(ASHR, 16));
        }
        int place = (j >> 1) * ROWS;
        int shift = 8 * (j & 1);
        IntVector scales =
            ShortVector.fromArray(SHORTS, scratch, place).reinterpretAsInts().lanewise(LSHR, shift);
        IntVector minima =
            ShortVector.fromArray(SHORTS, scratch, place + 4 * ROWS)
                .reinterpretAsInts()
                .lanewise(LSHR, shift);
        FloatVector factor = FloatVector.broadcast(FLOATS, scale);
        FloatVector below = FloatVector.broadcast(FLOATS, scale * sum);
        t0 = ((FloatVector) a0.mul(scales.and(BYTE)).convert(I2F, 0)).fma(factor, t0);
        a1 = a1.mul(scales.lanewise(LSHR, 16).and(BYTE));
        t1 = ((FloatVector) a1.convert(I2F, 0)).fma(factor, t1);
        m0 = ((FloatVector) minima.and(BYTE).convert(I2F, 0)).fma(below, m0);
        minima = minima.lanewise(LSHR, 16).and(BYTE);
        m1 = ((FloatVector) minima.convert(I2F, 0)).fma(below, m1);
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

  @Override
  public void decode(MemorySegment w, long at, int n, NibbleTile tile) {
    int ld = NibbleTile.ROWS;
    tile.form = NibbleForm.FIVE_BITS;
    for (int b = 0; b < n; b += 256, at += 88 * BYTES) {
      SixBitGroups.decode(w, at, tile, b >> 5, 16);
      for (int j = 0; j < 8; j++) {
        for (int half = 0; half < 2; half++) {
          long from = at + (8 + 10 * j + 5 * half) * BYTES;
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
