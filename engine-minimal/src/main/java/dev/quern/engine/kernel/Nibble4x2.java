package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// 4 rows by 2 vectors of 16-bit integers.
final class Nibble4x2 {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final int LENGTH = Lanes.LENGTH;

  private Nibble4x2() {}

  /// Adds `w · x` to `c`; see [NibbleProduct#multiply] for the arguments.
  static void add(
      NibbleTile w, int row, NibbleColumns x, int from, float[] c, int to, int ldc, int depth) {
    int[] weights = w.weights;
    int[] columns = x.values;
    int ldw = w.rows;
    for (int b = 0; b < depth; b += 32) {
      ShortVector s00 = ShortVector.zero(SHORTS);
      ShortVector s01 = ShortVector.zero(SHORTS);
      ShortVector s10 = ShortVector.zero(SHORTS);
      ShortVector s11 = ShortVector.zero(SHORTS);
      ShortVector s20 = ShortVector.zero(SHORTS);
      ShortVector s21 = ShortVector.zero(SHORTS);
      ShortVector s30 = ShortVector.zero(SHORTS);
      ShortVector s31 = ShortVector.zero(SHORTS);
      int i = from + b * 2 * LENGTH;
      int j = b * ldw + row;
      for (int k = 0; k < 32; k++, i += 2 * LENGTH, j += ldw) {
        ShortVector x0 = IntVector.fromArray(INTS, columns, i).reinterpretAsShorts();
        ShortVector x1 = IntVector.fromArray(INTS, columns, i + LENGTH).reinterpretAsShorts();
        ShortVector w0 = IntVector.broadcast(INTS, weights[j]).reinterpretAsShorts();
        s00 = x0.mul(w0).add(s00);
        s01 = x1.mul(w0).add(s01);
        ShortVector w1 = IntVector.broadcast(INTS, weights[j + 1]).reinterpretAsShorts();
        s10 = x0.mul(w1).add(s10);
        s11 = x1.mul(w1).add(s11);
        ShortVector w2 = IntVector.broadcast(INTS, weights[j + 2]).reinterpretAsShorts();
        s20 = x0.mul(w2).add(s20);
        s21 = x1.mul(w2).add(s21);
        ShortVector w3 = IntVector.broadcast(INTS, weights[j + 3]).reinterpretAsShorts();
        s30 = x0.mul(w3).add(s30);
        s31 = x1.mul(w3).add(s31);
      }
      int p = (from >> 4) + (b >> 4) * 2 * LENGTH;
      int q = (b >> 5) * ldw + row;
      FloatVector d0 = FloatVector.fromArray(FLOATS, x.scales, p);
      FloatVector e0 = FloatVector.fromArray(FLOATS, x.sums, p);
      FloatVector d1 = FloatVector.fromArray(FLOATS, x.scales, p + LENGTH);
      FloatVector e1 = FloatVector.fromArray(FLOATS, x.sums, p + LENGTH);
      FloatVector d2 = FloatVector.fromArray(FLOATS, x.scales, p + 2 * LENGTH);
      FloatVector e2 = FloatVector.fromArray(FLOATS, x.sums, p + 2 * LENGTH);
      FloatVector d3 = FloatVector.fromArray(FLOATS, x.scales, p + 3 * LENGTH);
      FloatVector e3 = FloatVector.fromArray(FLOATS, x.sums, p + 3 * LENGTH);
      FloatVector f0 = FloatVector.broadcast(FLOATS, w.scales[q]);
      FloatVector g0 = FloatVector.broadcast(FLOATS, w.offsets[q]);
      IntVector i00 = s00.reinterpretAsInts();
      ((FloatVector) i00.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f0.mul(d0), g0.fma(e0, FloatVector.fromArray(FLOATS, c, to)))
          .intoArray(c, to);
      ((FloatVector) i00.lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f0.mul(d1), g0.fma(e1, FloatVector.fromArray(FLOATS, c, to + LENGTH)))
          .intoArray(c, to + LENGTH);
      IntVector i01 = s01.reinterpretAsInts();
      ((FloatVector) i01.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f0.mul(d2), g0.fma(e2, FloatVector.fromArray(FLOATS, c, to + 2 * LENGTH)))
          .intoArray(c, to + 2 * LENGTH);
      ((FloatVector) i01.lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f0.mul(d3), g0.fma(e3, FloatVector.fromArray(FLOATS, c, to + 3 * LENGTH)))
          .intoArray(c, to + 3 * LENGTH);
      FloatVector f1 = FloatVector.broadcast(FLOATS, w.scales[q + 1]);
      FloatVector g1 = FloatVector.broadcast(FLOATS, w.offsets[q + 1]);
      IntVector i10 = s10.reinterpretAsInts();
      ((FloatVector) i10.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f1.mul(d0), g1.fma(e0, FloatVector.fromArray(FLOATS, c, to + ldc)))
          .intoArray(c, to + ldc);
      ((FloatVector) i10.lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f1.mul(d1), g1.fma(e1, FloatVector.fromArray(FLOATS, c, to + ldc + LENGTH)))
          .intoArray(c, to + ldc + LENGTH);
      IntVector i11 = s11.reinterpretAsInts();
      ((FloatVector) i11.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f1.mul(d2), g1.fma(e2, FloatVector.fromArray(FLOATS, c, to + ldc + 2 * LENGTH)))
          .intoArray(c, to + ldc + 2 * LENGTH);
      ((FloatVector) i11.lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f1.mul(d3), g1.fma(e3, FloatVector.fromArray(FLOATS, c, to + ldc + 3 * LENGTH)))
          .intoArray(c, to + ldc + 3 * LENGTH);
      FloatVector f2 = FloatVector.broadcast(FLOATS, w.scales[q + 2]);
      FloatVector g2 = FloatVector.broadcast(FLOATS, w.offsets[q + 2]);
      IntVector i20 = s20.reinterpretAsInts();
      ((FloatVector) i20.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f2.mul(d0), g2.fma(e0, FloatVector.fromArray(FLOATS, c, to + 2 * ldc)))
          .intoArray(c, to + 2 * ldc);
      ((FloatVector) i20.lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f2.mul(d1), g2.fma(e1, FloatVector.fromArray(FLOATS, c, to + 2 * ldc + LENGTH)))
          .intoArray(c, to + 2 * ldc + LENGTH);
      IntVector i21 = s21.reinterpretAsInts();
      ((FloatVector) i21.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f2.mul(d2), g2.fma(e2, FloatVector.fromArray(FLOATS, c, to + 2 * ldc + 2 * LENGTH)))
          .intoArray(c, to + 2 * ldc + 2 * LENGTH);
      ((FloatVector) i21.lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f2.mul(d3), g2.fma(e3, FloatVector.fromArray(FLOATS, c, to + 2 * ldc + 3 * LENGTH)))
          .intoArray(c, to + 2 * ldc + 3 * LENGTH);
      FloatVector f3 = FloatVector.broadcast(FLOATS, w.scales[q + 3]);
      FloatVector g3 = FloatVector.broadcast(FLOATS, w.offsets[q + 3]);
      IntVector i30 = s30.reinterpretAsInts();
      ((FloatVector) i30.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f3.mul(d0), g3.fma(e0, FloatVector.fromArray(FLOATS, c, to + 3 * ldc)))
          .intoArray(c, to + 3 * ldc);
      ((FloatVector) i30.lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f3.mul(d1), g3.fma(e1, FloatVector.fromArray(FLOATS, c, to + 3 * ldc + LENGTH)))
          .intoArray(c, to + 3 * ldc + LENGTH);
      IntVector i31 = s31.reinterpretAsInts();
      ((FloatVector) i31.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f3.mul(d2), g3.fma(e2, FloatVector.fromArray(FLOATS, c, to + 3 * ldc + 2 * LENGTH)))
          .intoArray(c, to + 3 * ldc + 2 * LENGTH);
      ((FloatVector) i31.lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f3.mul(d3), g3.fma(e3, FloatVector.fromArray(FLOATS, c, to + 3 * ldc + 3 * LENGTH)))
          .intoArray(c, to + 3 * ldc + 3 * LENGTH);
    }
  }
}
