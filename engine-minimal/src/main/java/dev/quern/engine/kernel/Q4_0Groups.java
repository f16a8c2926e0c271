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

/// Q4_0 in groups of rows: the scales of a block, then eight vectors of four weights of each row.
///
/// The 8 that each weight is above its value is taken from the sums before they begin: they may
/// leave 16 bits on the way, but not at the end. So a weight need not be cut out of its short: what
/// lies above it is multiplied with it, and taken away by the factor of the next weight.
final class Q4_0Groups implements NibbleKernel {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final long BYTES = Interleaving.BYTES;
  private static final ShortVector FOUR_BITS = Lanes.NO_SHORTS.add((short) 15);
  private static final IntVector HALF = Lanes.NO_INTS.add(0x8fffe000);

  @Override
  public void pack(
      MemorySegment rows, long at, long stride, int count, int n, MemorySegment out, long to) {
    Interleaving.interleave(rows, at, stride, count, GgmlType.Q4_0.bytes(n), out, to);
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
    for (int k = 0; k < n; k += 32) {
      float scale = x.scales[k >> 5];
      int below = RoundedVector.twice(-8 * x.sums[k >> 5]);
      ShortVector s0 = IntVector.broadcast(INTS, below).reinterpretAsShorts();
      ShortVector s1 = ShortVector.zero(SHORTS);
      IntVector d = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER).reinterpretAsInts();
      at += BYTES;
      ShortVector s2 = ShortVector.zero(SHORTS);
      ShortVector s3 = ShortVector.zero(SHORTS);
      for (int i = k; i < k + 32; i += 4, at += BYTES) {
        ShortVector q = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER);
        ShortVector x0 = IntVector.broadcast(INTS, factors[i]).reinterpretAsShorts();
        ShortVector x1 = IntVector.broadcast(INTS, factors[i + 1]).reinterpretAsShorts();
        ShortVector x2 = IntVector.broadcast(INTS, factors[i + 2]).reinterpretAsShorts();
        ShortVector x3 = IntVector.broadcast(INTS, factors[i + 3]).reinterpretAsShorts();
        s0 = s0.add(q.mul(x0));
        s1 = s1.add(q.lanewise(LSHR, 4).mul(x1));
        s2 = s2.add(q.lanewise(LSHR, 8).mul(x2));
        s3 = s3.add(q.lanewise(LSHR, 12).mul(x3));
      }
      IntVector s = s0.add(s1).add(s2.add(s3)).reinterpretAsInts();
      FloatVector d0 =
          d.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(scale);
      FloatVector d1 = d.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(scale);
      IntVector even = s.lanewise(LSHL, 16).lanewise(ASHR, 16);
      y0 = ((FloatVector) even.convert(I2F, 0)).fma(d0, y0);
      y1 = ((FloatVector) s.lanewise(ASHR, 16).convert(I2F, 0)).fma(d1, y1);
    }
    y0.mul(RoundedVector.HALF_WAY).intoArray(y, to);
    y1.mul(RoundedVector.HALF_WAY).intoArray(y, to + Lanes.LENGTH);
  }

  @Override
  public void decode(MemorySegment w, long at, int n, NibbleTile tile) {
    int ld = NibbleTile.ROWS;
    tile.form = NibbleForm.PLAIN;
    for (int k = 0; k < n; k += 32) {
      IntVector d = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER).reinterpretAsInts();
      int scale = (k >> 5) * ld;
      d.lanewise(LSHL, 16)
          .lanewise(ASHR, 3)
          .and(HALF)
          .reinterpretAsFloats()
          .mul(0x1p112f)
          .intoArray(tile.scales, scale);
      d.lanewise(ASHR, 3)
          .and(HALF)
          .reinterpretAsFloats()
          .mul(0x1p112f)
          .intoArray(tile.scales, scale + Lanes.LENGTH);
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
