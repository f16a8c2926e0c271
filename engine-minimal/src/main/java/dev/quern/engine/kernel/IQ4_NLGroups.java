package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.quern.formats.GgmlType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// IQ4_NL in groups of rows, as [Q4_0Groups], but what four bits stand for is looked up in a vector
/// of 16 floats and multiplied with the activations as they are. For machines with such vectors.
final class IQ4_NLGroups implements ColumnKernel {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final long BYTES = Interleaving.BYTES;
  private static final IntVector FOUR_BITS = Lanes.NO_INTS.add(15);
  private static final IntVector HALF = Lanes.NO_INTS.add(0x8fffe000);

  /// What four bits stand for, as the bits of floats.
  private static final IntVector TABLE = UnevenLevels.VECTOR;

  @Override
  public void pack(
      MemorySegment rows, long at, long stride, int count, int n, MemorySegment out, long to) {
    Interleaving.interleave(rows, at, stride, count, GgmlType.IQ4_NL.bytes(n), out, to);
  }

  @Override
  public void multiply(
      MemorySegment w, long at, RoundedVector x, int n, float[] y, int to, short[] scratch) {
    float[] exact = x.exact;
    FloatVector y0 = FloatVector.zero(FLOATS);
    FloatVector y1 = FloatVector.zero(FLOATS);
    for (int k = 0; k < n; k += 32) {
      FloatVector s0 = FloatVector.zero(FLOATS);
      FloatVector s1 = FloatVector.zero(FLOATS);
      IntVector d = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER).reinterpretAsInts();
      at += BYTES;
      for (int i = k; i < k + 16; i += 2, at += BYTES) {
        IntVector q = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER).reinterpretAsInts();
        FloatVector x0 = FloatVector.broadcast(FLOATS, exact[i]);
        FloatVector x1 = FloatVector.broadcast(FLOATS, exact[i + 16]);
        FloatVector x2 = FloatVector.broadcast(FLOATS, exact[i + 1]);
        FloatVector x3 = FloatVector.broadcast(FLOATS, exact[i + 17]);
        s0 = q.and(FOUR_BITS).selectFrom(TABLE).reinterpretAsFloats().fma(x0, s0);
        s1 =
            q.lanewise(LSHR, 16).and(FOUR_BITS).selectFrom(TABLE).reinterpretAsFloats().fma(x0, s1);
        s0 = q.lanewise(LSHR, 4).and(FOUR_BITS).selectFrom(TABLE).reinterpretAsFloats().fma(x1, s0);
        s1 =
            q.lanewise(LSHR, 20).and(FOUR_BITS).selectFrom(TABLE).reinterpretAsFloats().fma(x1, s1);
        s0 = q.lanewise(LSHR, 8).and(FOUR_BITS).selectFrom(TABLE).reinterpretAsFloats().fma(x2, s0);
        s1 =
            q.lanewise(LSHR, 24).and(FOUR_BITS).selectFrom(TABLE).reinterpretAsFloats().fma(x2, s1);
        s0 =
            q.lanewise(LSHR, 12).and(FOUR_BITS).selectFrom(TABLE).reinterpretAsFloats().fma(x3, s0);
        s1 = q.lanewise(LSHR, 28).selectFrom(TABLE).reinterpretAsFloats().fma(x3, s1);
      }
      FloatVector d0 = d.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF).reinterpretAsFloats();
      y0 = s0.fma(d0, y0);
      y1 = s1.fma(d.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats(), y1);
    }
    y0.mul(RoundedVector.HALF_WAY).intoArray(y, to);
    y1.mul(RoundedVector.HALF_WAY).intoArray(y, to + Lanes.LENGTH);
  }

  @Override
  public void decode(MemorySegment w, long at, int n, float[] out, int to, int ld) {
    for (int k = 0; k < n; k += 32, at += 8 * BYTES) {
      IntVector d = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER).reinterpretAsInts();
      FloatVector d0 =
          d.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(0x1p112f);
      FloatVector d1 = d.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(0x1p112f);
      at += BYTES;
      for (int i = 0; i < 32; i++) {
        // the byte of weight i is that of weight i + 16
        long vector = at + (i & 14) * (BYTES / 2);
        IntVector q = ShortVector.fromMemorySegment(SHORTS, w, vector, ORDER).reinterpretAsInts();
        q = q.lanewise(LSHR, 8 * (i & 1) + 4 * (i >> 4));
        FloatVector q0 = q.and(FOUR_BITS).selectFrom(TABLE).reinterpretAsFloats();
        FloatVector q1 =
            q.lanewise(LSHR, 16).and(FOUR_BITS).selectFrom(TABLE).reinterpretAsFloats();
        q0.mul(d0).intoArray(out, to + (k + i) * ld);
        q1.mul(d1).intoArray(out, to + (k + i) * ld + Lanes.LENGTH);
      }
    }
  }
}
