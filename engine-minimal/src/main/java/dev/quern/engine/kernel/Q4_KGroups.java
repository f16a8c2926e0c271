package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.quern.formats.GgmlType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// Q4_K in groups of rows: as in the file, 16 bits of each row in turn. A vector has four weights
/// of each row: two of one sub-block in the low halves of bytes, two of the next in the high ones.
///
/// Weights are lowered by 8 so that the sums of a sub-block fit in 16 bits, and raised again in 32.
final class Q4_KGroups implements NibbleKernel {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final long BYTES = Interleaving.BYTES;
  private static final int ROWS = Interleaving.ROWS;
  private static final ShortVector FOUR_BITS = Lanes.NO_SHORTS.add((short) 15);
  private static final IntVector BYTE = Lanes.NO_INTS.add(255);
  private static final IntVector HALF = Lanes.NO_INTS.add(0x8fffe000);

  @Override
  public void pack(
      MemorySegment rows, long at, long stride, int count, int n, MemorySegment out, long to) {
    Interleaving.interleave(rows, at, stride, count, GgmlType.Q4_K.bytes(n), out, to);
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
      for (int k = b, j = 0; k < b + 256; k += 64, j += ROWS) {
        int sum0 = x.sums[k >> 5];
        int sum1 = x.sums[(k >> 5) + 1];
        float scale0 = x.scales[k >> 5];
        float scale1 = x.scales[(k >> 5) + 1];
        ShortVector s0 =
            IntVector.broadcast(INTS, RoundedVector.twice(-8 * sum0)).reinterpretAsShorts();
        ShortVector s1 =
            IntVector.broadcast(INTS, RoundedVector.twice(-8 * sum1)).reinterpretAsShorts();
        ShortVector s2 = ShortVector.zero(SHORTS);
        ShortVector s3 = ShortVector.zero(SHORTS);
        for (int i = 0; i < 32; i += 2, from += BYTES) {
          ShortVector q = ShortVector.fromMemorySegment(SHORTS, w, from, ORDER);
          ShortVector x0 = IntVector.broadcast(INTS, pairs[k + i]).reinterpretAsShorts();
          ShortVector x1 = IntVector.broadcast(INTS, pairs[k + i + 32]).reinterpretAsShorts();
          ShortVector x2 = IntVector.broadcast(INTS, pairs[k + i + 1]).reinterpretAsShorts();
          ShortVector x3 = IntVector.broadcast(INTS, pairs[k + i + 33]).reinterpretAsShorts();
          s0 = s0.add(q.and(FOUR_BITS).mul(x0));
          s1 = s1.add(q.lanewise(LSHR, 4).and(FOUR_BITS).mul(x1));
          s2 = s2.add(q.lanewise(LSHR, 8).and(FOUR_BITS).mul(x2));
          s3 = s3.add(q.lanewise(LSHR, 12).mul(x3));
        }
        IntVector scales = ShortVector.fromArray(SHORTS, scratch, j).reinterpretAsInts();
        IntVector minima = ShortVector.fromArray(SHORTS, scratch, j + 4 * ROWS).reinterpretAsInts();
        IntVector a = s0.add(s2).reinterpretAsInts();
        IntVector c = s1.add(s3).reinterpretAsInts();
        IntVector a0 = a.lanewise(LSHL, 16).lanewise(ASHR, 16).add(8 * sum0);
        IntVector a1 = a.lanewise(ASHR, 16).add(8 * sum0);
        IntVector b0 = c.lanewise(LSHL, 16).lanewise(ASHR, 16).add(8 * sum1);
        IntVector b1 = c.lanewise(ASHR, 16).add(8 * sum1);
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

  @Override
  public void decode(MemorySegment w, long at, int n, NibbleTile tile) {
    int ld = NibbleTile.ROWS;
    tile.form = NibbleForm.OFFSET;
    for (int b = 0; b < n; b += 256, at += 72 * BYTES) {
      SixBitGroups.decode(w, at, tile, b >> 5, 8);
      for (int j = 0; j < 8; j++) {
        long from = at + (8 + 16 * (j >> 1)) * BYTES;
        int column = (b + 32 * j) * ld;
        for (int i = 0; i < 32; i++, column += ld) {
          IntVector q =
              ShortVector.fromMemorySegment(SHORTS, w, from + (i >> 1) * BYTES, ORDER)
                  .lanewise(LSHR, 8 * (i & 1) + 4 * (j & 1))
                  .and(FOUR_BITS)
                  .sub((short) 8)
                  .reinterpretAsInts();
          q.and(0xffff).or(q.lanewise(LSHL, 16)).intoArray(tile.weights, column);
          q.lanewise(LSHR, 16).or(q.and(0xffff0000)).intoArray(tile.weights, column + Lanes.LENGTH);
        }
      }
    }
  }
}
