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

/// Q4_K in groups of rows, put together anew: for each 32 weights a short as in [SixBitGroups],
/// then eight vectors of four weights of each row, as in [Q4_0Groups], where it is told how they
/// are multiplied without being cut out.
///
/// Weights are lowered by 8 so that the sums of 32 fit in 16 bits, and raised again in 32.
final class Q4_KGroups implements NibbleKernel {
  /// Shorts of a row for each 32 weights.
  static final int SHORTS_OF_32 = 9;

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final long BYTES = Interleaving.BYTES;
  private static final ShortVector FOUR_BITS = Lanes.NO_SHORTS.add((short) 15);
  private static final ShortVector UPPER_BITS = Lanes.NO_SHORTS.add((short) 0xf000);
  private static final IntVector SIX_BITS = Lanes.NO_INTS.add(63);
  private static final IntVector HALF = Lanes.NO_INTS.add(0x8fffe000);
  private static final long NIBBLES = 0x0f0f0f0f0f0f0f0fL;

  @Override
  public void pack(
      MemorySegment rows, long at, long stride, int count, int n, MemorySegment out, long to) {
    long[] block = new long[18];
    short[] group = new short[8 * SHORTS_OF_32 * Interleaving.ROWS];
    for (int b = 0; b < n / 256; b++) {
      for (int row = 0; row < count; row++) {
        MemorySegment.copy(rows, Le.LONG, at + row * stride + 144L * b, block, 0, block.length);
        packBlock(block, group, Interleaving.lane(row));
      }
      MemorySegment.copy(group, 0, out, Le.SHORT, to + 2L * group.length * b, group.length);
    }
  }

  /// Of each 16 bytes of weights, the lower halves are 16 weights and the upper ones 16 that come
  /// 32 later: they become the lower and upper halves of bytes of two sub-blocks.
  private static void packBlock(long[] in, short[] out, int lane) {
    for (int j = 0; j < 8; j++) {
      out[lane] = SixBitGroups.head(in[0], in[1], j);
      lane += Interleaving.ROWS;
      int from = 2 + j / 2 * 4;
      int shift = 4 * (j & 1);
      for (int half = from; half < from + 2; half++) {
        long first = in[half] >>> shift & NIBBLES;
        long second = in[half + 2] >>> shift & NIBBLES;
        for (long q = first | second << 4, i = 0; i < 4; i++, q >>>= 16) {
          out[lane] = (short) q;
          lane += Interleaving.ROWS;
        }
      }
    }
  }

  @Override
  public void arrange(RoundedVector x, int n) {
    x.arrangeFours(n);
  }

  @Override
  public void multiply(
      MemorySegment w, long at, RoundedVector x, int n, float[] y, int to, short[] scratch) {
    int[] factors = x.fours;
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
        ShortVector s0 =
            IntVector.broadcast(INTS, RoundedVector.twice(-8 * sum)).reinterpretAsShorts();
        ShortVector s1 = ShortVector.zero(SHORTS);
        ShortVector s2 = ShortVector.zero(SHORTS);
        ShortVector s3 = ShortVector.zero(SHORTS);
        for (int i = 0; i < 32; i += 4, at += BYTES) {
          ShortVector q = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER);
          ShortVector x0 = IntVector.broadcast(INTS, factors[k + i]).reinterpretAsShorts();
          ShortVector x1 = IntVector.broadcast(INTS, factors[k + i + 1]).reinterpretAsShorts();
          ShortVector x2 = IntVector.broadcast(INTS, factors[k + i + 2]).reinterpretAsShorts();
          ShortVector x3 = IntVector.broadcast(INTS, factors[k + i + 3]).reinterpretAsShorts();
          s0 = s0.add(q.mul(x0));
          s1 = s1.add(q.lanewise(LSHR, 4).mul(x1));
          s2 = s2.add(q.lanewise(LSHR, 8).mul(x2));
          s3 = s3.add(q.lanewise(LSHR, 12).mul(x3));
        }
        // what was first comes down four times
        first = second.and(FOUR_BITS).lanewise(LSHL, 12).or(first.lanewise(LSHR, 4));
        second = head.and(UPPER_BITS).or(second.lanewise(LSHR, 4));
        IntVector h = head.reinterpretAsInts();
        IntVector s = s0.add(s1).add(s2.add(s3)).reinterpretAsInts();
        IntVector a0 = s.lanewise(LSHL, 16).lanewise(ASHR, 16).add(8 * sum).mul(h.and(SIX_BITS));
        IntVector a1 = s.lanewise(ASHR, 16).add(8 * sum).mul(h.lanewise(LSHR, 16).and(SIX_BITS));
        FloatVector factor = FloatVector.broadcast(FLOATS, scale);
        FloatVector below = FloatVector.broadcast(FLOATS, scale * sum);
        t0 = ((FloatVector) a0.convert(I2F, 0)).fma(factor, t0);
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
    tile.form = NibbleForm.OFFSET;
    for (int b = 0; b < n; b += 256) {
      SixBitGroups.decode(w, at, SHORTS_OF_32, tile, b >> 5, 8);
      for (int k = b; k < b + 256; k += 32) {
        at += BYTES;
        for (int i = 0; i < 32; i++) {
          long vector = at + (i & 14) * (BYTES / 2);
          IntVector q =
              ShortVector.fromMemorySegment(SHORTS, w, vector, ORDER)
                  .lanewise(LSHR, 8 * (i & 1) + 4 * (i >> 4))
                  .and(FOUR_BITS)
                  .sub((short) 8)
                  .reinterpretAsInts();
          int column = (k + i) * ld;
          q.and(0xffff).or(q.lanewise(LSHL, 16)).intoArray(tile.weights, column);
          q.lanewise(LSHR, 16).or(q.and(0xffff0000)).intoArray(tile.weights, column + Lanes.LENGTH);
        }
        at += 8 * BYTES;
      }
    }
  }
}
