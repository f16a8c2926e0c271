package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// 8 rows by 1 vectors of 16-bit integers.
final class Nibble8x1 {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final int LENGTH = Lanes.LENGTH;

  private Nibble8x1() {}

  /// Adds `w · x` to `c`; see [NibbleProduct#multiply] for the arguments.
  static void add(
      NibbleTile w, int row, NibbleColumns x, int from, float[] c, int to, int ldc, int depth) {
    int[] weights = w.weights;
    int[] columns = x.values;
    int ldw = w.rows;
    for (int b = 0; b < depth; b += 32) {
      ShortVector s00 = ShortVector.zero(SHORTS);
      ShortVector s10 = ShortVector.zero(SHORTS);
      ShortVector s20 = ShortVector.zero(SHORTS);
      ShortVector s30 = ShortVector.zero(SHORTS);
      ShortVector s40 = ShortVector.zero(SHORTS);
      ShortVector s50 = ShortVector.zero(SHORTS);
      ShortVector s60 = ShortVector.zero(SHORTS);
      ShortVector s70 = ShortVector.zero(SHORTS);
      int i = from + b * LENGTH;
      int j = b * ldw + row;
      for (int k = 0; k < 32; k++, i += LENGTH, j += ldw) {
        ShortVector x0 = IntVector.fromArray(INTS, columns, i).reinterpretAsShorts();
        ShortVector w0 = IntVector.broadcast(INTS, weights[j]).reinterpretAsShorts();
        s00 = x0.mul(w0).add(s00);
        ShortVector w1 = IntVector.broadcast(INTS, weights[j + 1]).reinterpretAsShorts();
        s10 = x0.mul(w1).add(s10);
        ShortVector w2 = IntVector.broadcast(INTS, weights[j + 2]).reinterpretAsShorts();
        s20 = x0.mul(w2).add(s20);
        ShortVector w3 = IntVector.broadcast(INTS, weights[j + 3]).reinterpretAsShorts();
        s30 = x0.mul(w3).add(s30);
        ShortVector w4 = IntVector.broadcast(INTS, weights[j + 4]).reinterpretAsShorts();
        s40 = x0.mul(w4).add(s40);
        ShortVector w5 = IntVector.broadcast(INTS, weights[j + 5]).reinterpretAsShorts();
        s50 = x0.mul(w5).add(s50);
        ShortVector w6 = IntVector.broadcast(INTS, weights[j + 6]).reinterpretAsShorts();
        s60 = x0.mul(w6).add(s60);
        ShortVector w7 = IntVector.broadcast(INTS, weights[j + 7]).reinterpretAsShorts();
        s70 = x0.mul(w7).add(s70);
      }
      int p = (from >> 4) + (b >> 4) * LENGTH;
      int q = (b >> 5) * ldw + row;
      FloatVector d0 = FloatVector.fromArray(FLOATS, x.scales, p);
      FloatVector e0 = FloatVector.fromArray(FLOATS, x.sums, p);
      FloatVector d1 = FloatVector.fromArray(FLOATS, x.scales, p + LENGTH);
      FloatVector e1 = FloatVector.fromArray(FLOATS, x.sums, p + LENGTH);
      FloatVector f0 = FloatVector.broadcast(FLOATS, w.scales[q]);
      FloatVector g0 = FloatVector.broadcast(FLOATS, w.offsets[q]);
      IntVector i00 = s00.reinterpretAsInts();
      ((FloatVector) i00.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f0.mul(d0), g0.fma(e0, FloatVector.fromArray(FLOATS, c, to)))
          .intoArray(c, to);
      ((FloatVector) i00.lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f0.mul(d1), g0.fma(e1, FloatVector.fromArray(FLOATS, c, to + LENGTH)))
          .intoArray(c, to + LENGTH);
      FloatVector f1 = FloatVector.broadcast(FLOATS, w.scales[q + 1]);
      FloatVector g1 = FloatVector.broadcast(FLOATS, w.offsets[q + 1]);
      IntVector i10 = s10.reinterpretAsInts();
      ((FloatVector) i10.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f1.mul(d0), g1.fma(e0, FloatVector.fromArray(FLOATS, c, to + ldc)))
          .intoArray(c, to + ldc);
      ((FloatVector) i10.lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f1.mul(d1), g1.fma(e1, FloatVector.fromArray(FLOATS, c, to + ldc + LENGTH)))
          .intoArray(c, to + ldc + LENGTH);
      FloatVector f2 = FloatVector.broadcast(FLOATS, w.scales[q + 2]);
      FloatVector g2 = FloatVector.broadcast(FLOATS, w.offsets[q + 2]);
      IntVector i20 = s20.reinterpretAsInts();
      ((FloatVector) i20.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f2.mul(d0), g2.fma(e0, FloatVector.fromArray(FLOATS, c, to + 2 * ldc)))
          .intoArray(c, to + 2 * ldc);
      ((FloatVector) i20.lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f2.mul(d1), g2.fma(e1, FloatVector.fromArray(FLOATS, c, to + 2 * ldc + LENGTH)))
          .intoArray(c, to + 2 * ldc + LENGTH);
      FloatVector f3 = FloatVector.broadcast(FLOATS, w.scales[q + 3]);
      FloatVector g3 = FloatVector.broadcast(FLOATS, w.offsets[q + 3]);
      IntVector i30 = s30.reinterpretAsInts();
      ((FloatVector) i30.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f3.mul(d0), g3.fma(e0, FloatVector.fromArray(FLOATS, c, to + 3 * ldc)))
          .intoArray(c, to + 3 * ldc);
      ((FloatVector) i30.lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f3.mul(d1), g3.fma(e1, FloatVector.fromArray(FLOATS, c, to + 3 * ldc + LENGTH)))
          .intoArray(c, to + 3 * ldc + LENGTH);
      FloatVector f4 = FloatVector.broadcast(FLOATS, w.scales[q + 4]);
      FloatVector g4 = FloatVector.broadcast(FLOATS, w.offsets[q + 4]);
      IntVector i40 = s40.reinterpretAsInts();
      ((FloatVector) i40.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f4.mul(d0), g4.fma(e0, FloatVector.fromArray(FLOATS, c, to + 4 * ldc)))
          .intoArray(c, to + 4 * ldc);
      ((FloatVector) i40.lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f4.mul(d1), g4.fma(e1, FloatVector.fromArray(FLOATS, c, to + 4 * ldc + LENGTH)))
          .intoArray(c, to + 4 * ldc + LENGTH);
      FloatVector f5 = FloatVector.broadcast(FLOATS, w.scales[q + 5]);
      FloatVector g5 = FloatVector.broadcast(FLOATS, w.offsets[q + 5]);
      IntVector i50 = s50.reinterpretAsInts();
      ((FloatVector) i50.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f5.mul(d0), g5.fma(e0, FloatVector.fromArray(FLOATS, c, to + 5 * ldc)))
          .intoArray(c, to + 5 * ldc);
      ((FloatVector) i50.lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f5.mul(d1), g5.fma(e1, FloatVector.fromArray(FLOATS, c, to + 5 * ldc + LENGTH)))
          .intoArray(c, to + 5 * ldc + LENGTH);
      FloatVector f6 = FloatVector.broadcast(FLOATS, w.scales[q + 6]);
      FloatVector g6 = FloatVector.broadcast(FLOATS, w.offsets[q + 6]);
      IntVector i60 = s60.reinterpretAsInts();
      ((FloatVector) i60.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f6.mul(d0), g6.fma(e0, FloatVector.fromArray(FLOATS, c, to + 6 * ldc)))
          .intoArray(c, to + 6 * ldc);
      ((FloatVector) i60.lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f6.mul(d1), g6.fma(e1, FloatVector.fromArray(FLOATS, c, to + 6 * ldc + LENGTH)))
          .intoArray(c, to + 6 * ldc + LENGTH);
      FloatVector f7 = FloatVector.broadcast(FLOATS, w.scales[q + 7]);
      FloatVector g7 = FloatVector.broadcast(FLOATS, w.offsets[q + 7]);
      IntVector i70 = s70.reinterpretAsInts();
      ((FloatVector) i70.lanewise(LSHL, 16).lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f7.mul(d0), g7.fma(e0, FloatVector.fromArray(FLOATS, c, to + 7 * ldc)))
          .intoArray(c, to + 7 * ldc);
      ((FloatVector) i70.lanewise(ASHR, 16).convert(I2F, 0))
          .fma(f7.mul(d1), g7.fma(e1, FloatVector.fromArray(FLOATS, c, to + 7 * ldc + LENGTH)))
          .intoArray(c, to + 7 * ldc + LENGTH);
    }
  }
}
