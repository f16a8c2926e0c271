package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import dev.quern.formats.GgmlType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// Q8_0 in groups of rows: the scales of a block, then 16 vectors of two weights of each row. Two
/// products fit in 16 bits.
final class Q8_0Groups implements ColumnKernel {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final long BYTES = Interleaving.BYTES;
  private static final IntVector HALF = Lanes.NO_INTS.add(0x8fffe000);

  @Override
  public void pack(
      MemorySegment rows, long at, long stride, int count, int n, MemorySegment out, long to) {
    Interleaving.interleave(rows, at, stride, count, GgmlType.Q8_0.bytes(n), out, to);
  }

  @Override
  public void multiply(
      MemorySegment w, long at, RoundedVector x, int n, float[] y, int to, short[] scratch) {
    int[] pairs = x.pairs;
    FloatVector y0 = FloatVector.zero(FLOATS);
    FloatVector y1 = FloatVector.zero(FLOATS);
    for (int k = 0; k < n; k += 32) {
      float scale = x.scales[k >> 5];
      IntVector s0 = IntVector.zero(INTS);
      IntVector s1 = IntVector.zero(INTS);
      IntVector d = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER).reinterpretAsInts();
      at += BYTES;
      for (int i = k; i < k + 32; i += 2, at += BYTES) {
        ShortVector q = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER);
        ShortVector x0 = IntVector.broadcast(INTS, pairs[i]).reinterpretAsShorts();
        ShortVector x1 = IntVector.broadcast(INTS, pairs[i + 1]).reinterpretAsShorts();
        ShortVector p0 = q.lanewise(LSHL, 8).lanewise(ASHR, 8).mul(x0);
        IntVector p = q.lanewise(ASHR, 8).mul(x1).add(p0).reinterpretAsInts();
        s0 = s0.add(p.lanewise(LSHL, 16).lanewise(ASHR, 16));
        s1 = s1.add(p.lanewise(ASHR, 16));
      }
      FloatVector d0 =
          d.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(scale);
      FloatVector d1 = d.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(scale);
      y0 = ((FloatVector) s0.convert(I2F, 0)).fma(d0, y0);
      y1 = ((FloatVector) s1.convert(I2F, 0)).fma(d1, y1);
    }
    y0.mul(RoundedVector.HALF_WAY).intoArray(y, to);
    y1.mul(RoundedVector.HALF_WAY).intoArray(y, to + Lanes.LENGTH);
  }

  @Override
  public void decode(MemorySegment w, long at, int n, float[] out, int to, int ld) {
    for (int k = 0; k < n; k += 32) {
      IntVector d = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER).reinterpretAsInts();
      FloatVector d0 =
          d.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(0x1p112f);
      FloatVector d1 = d.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(0x1p112f);
      at += BYTES;
      for (int i = k; i < k + 32; i += 2, at += BYTES) {
        IntVector q = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER).reinterpretAsInts();
        FloatVector q00 = (FloatVector) q.lanewise(LSHL, 24).lanewise(ASHR, 24).convert(I2F, 0);
        FloatVector q01 = (FloatVector) q.lanewise(LSHL, 8).lanewise(ASHR, 24).convert(I2F, 0);
        FloatVector q10 = (FloatVector) q.lanewise(LSHL, 16).lanewise(ASHR, 24).convert(I2F, 0);
        FloatVector q11 = (FloatVector) q.lanewise(ASHR, 24).convert(I2F, 0);
        q00.mul(d0).intoArray(out, to + i * ld);
        q01.mul(d1).intoArray(out, to + i * ld + Lanes.LENGTH);
        q10.mul(d0).intoArray(out, to + (i + 1) * ld);
        q11.mul(d1).intoArray(out, to + (i + 1) * ld + Lanes.LENGTH);
      }
    }
  }
}
