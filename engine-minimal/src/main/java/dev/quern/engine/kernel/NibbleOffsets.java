package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// [NibbleScales] for weights that have offsets, which are multiplied with the sums of the
/// activations.
final class NibbleOffsets {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final int LENGTH = Lanes.LENGTH;
  private static final IntVector UPPER = Lanes.NO_INTS.add(0xffff0000);

  private NibbleOffsets() {}

  /// See [NibbleScales#add1].
  static void add1(
      NibbleTile w,
      int row,
      NibbleColumns x,
      int from,
      int first,
      int blocks,
      float[] c,
      int to,
      int ldc) {
    for (int r = 0; r < NibbleProduct.HEIGHT; r += 2) {
      int at = to + r * ldc;
      FloatVector c00 = FloatVector.fromArray(FLOATS, c, at);
      FloatVector c01 = FloatVector.fromArray(FLOATS, c, at + LENGTH);
      FloatVector c10 = FloatVector.fromArray(FLOATS, c, at + ldc);
      FloatVector c11 = FloatVector.fromArray(FLOATS, c, at + ldc + LENGTH);
      int j = LENGTH * r;
      for (int b = 0; b < blocks; b++, j += NibbleProduct.HEIGHT * LENGTH) {
        int i = from + b * 2 * LENGTH;
        int k = (first + b) * NibbleTile.ROWS + row + r;
        FloatVector g0 = FloatVector.broadcast(FLOATS, w.offsets[k]);
        FloatVector g1 = FloatVector.broadcast(FLOATS, w.offsets[k + 1]);
        FloatVector e0 = FloatVector.fromArray(FLOATS, x.sums, i);
        c00 = g0.fma(e0, c00);
        c10 = g1.fma(e0, c10);
        FloatVector e1 = FloatVector.fromArray(FLOATS, x.sums, i + LENGTH);
        c01 = g0.fma(e1, c01);
        c11 = g1.fma(e1, c11);
        FloatVector f0 = FloatVector.broadcast(FLOATS, w.scales[k]);
        FloatVector f1 = FloatVector.broadcast(FLOATS, w.scales[k + 1]);
        IntVector s00 = IntVector.fromArray(INTS, w.sums, j);
        IntVector s10 = IntVector.fromArray(INTS, w.sums, j + LENGTH);
        FloatVector d0 = FloatVector.fromArray(FLOATS, x.scales, i);
        c00 = ((FloatVector) s00.lanewise(LSHL, 16).convert(I2F, 0)).fma(f0.mul(d0), c00);
        c10 = ((FloatVector) s10.lanewise(LSHL, 16).convert(I2F, 0)).fma(f1.mul(d0), c10);
        FloatVector d1 = FloatVector.fromArray(FLOATS, x.scales, i + LENGTH);
        c01 = ((FloatVector) s00.and(UPPER).convert(I2F, 0)).fma(f0.mul(d1), c01);
        c11 = ((FloatVector) s10.and(UPPER).convert(I2F, 0)).fma(f1.mul(d1), c11);
      }
      c00.intoArray(c, at);
      c01.intoArray(c, at + LENGTH);
      c10.intoArray(c, at + ldc);
      c11.intoArray(c, at + ldc + LENGTH);
    }
  }

  /// The same with two vectors.
  static void add2(
      NibbleTile w,
      int row,
      NibbleColumns x,
      int from,
      int first,
      int blocks,
      float[] c,
      int to,
      int ldc) {
    for (int r = 0; r < NibbleProduct.HEIGHT; r += 2) {
      int at = to + r * ldc;
      FloatVector c00 = FloatVector.fromArray(FLOATS, c, at);
      FloatVector c01 = FloatVector.fromArray(FLOATS, c, at + LENGTH);
      FloatVector c02 = FloatVector.fromArray(FLOATS, c, at + 2 * LENGTH);
      FloatVector c03 = FloatVector.fromArray(FLOATS, c, at + 3 * LENGTH);
      FloatVector c10 = FloatVector.fromArray(FLOATS, c, at + ldc);
      FloatVector c11 = FloatVector.fromArray(FLOATS, c, at + ldc + LENGTH);
      FloatVector c12 = FloatVector.fromArray(FLOATS, c, at + ldc + 2 * LENGTH);
      FloatVector c13 = FloatVector.fromArray(FLOATS, c, at + ldc + 3 * LENGTH);
      int j = 2 * LENGTH * r;
      for (int b = 0; b < blocks; b++, j += 2 * NibbleProduct.HEIGHT * LENGTH) {
        int i = from + b * 4 * LENGTH;
        int k = (first + b) * NibbleTile.ROWS + row + r;
        FloatVector g0 = FloatVector.broadcast(FLOATS, w.offsets[k]);
        FloatVector g1 = FloatVector.broadcast(FLOATS, w.offsets[k + 1]);
        FloatVector e0 = FloatVector.fromArray(FLOATS, x.sums, i);
        c00 = g0.fma(e0, c00);
        c10 = g1.fma(e0, c10);
        FloatVector e1 = FloatVector.fromArray(FLOATS, x.sums, i + LENGTH);
        c01 = g0.fma(e1, c01);
        c11 = g1.fma(e1, c11);
        FloatVector e2 = FloatVector.fromArray(FLOATS, x.sums, i + 2 * LENGTH);
        c02 = g0.fma(e2, c02);
        c12 = g1.fma(e2, c12);
        FloatVector e3 = FloatVector.fromArray(FLOATS, x.sums, i + 3 * LENGTH);
        c03 = g0.fma(e3, c03);
        c13 = g1.fma(e3, c13);
        FloatVector f0 = FloatVector.broadcast(FLOATS, w.scales[k]);
        FloatVector f1 = FloatVector.broadcast(FLOATS, w.scales[k + 1]);
        IntVector s00 = IntVector.fromArray(INTS, w.sums, j);
        IntVector s01 = IntVector.fromArray(INTS, w.sums, j + LENGTH);
        IntVector s10 = IntVector.fromArray(INTS, w.sums, j + 2 * LENGTH);
        IntVector s11 = IntVector.fromArray(INTS, w.sums, j + 3 * LENGTH);
        FloatVector d0 = FloatVector.fromArray(FLOATS, x.scales, i);
        c00 = ((FloatVector) s00.lanewise(LSHL, 16).convert(I2F, 0)).fma(f0.mul(d0), c00);
        c10 = ((FloatVector) s10.lanewise(LSHL, 16).convert(I2F, 0)).fma(f1.mul(d0), c10);
        FloatVector d1 = FloatVector.fromArray(FLOATS, x.scales, i + LENGTH);
        c01 = ((FloatVector) s00.and(UPPER).convert(I2F, 0)).fma(f0.mul(d1), c01);
        c11 = ((FloatVector) s10.and(UPPER).convert(I2F, 0)).fma(f1.mul(d1), c11);
        FloatVector d2 = FloatVector.fromArray(FLOATS, x.scales, i + 2 * LENGTH);
        c02 = ((FloatVector) s01.lanewise(LSHL, 16).convert(I2F, 0)).fma(f0.mul(d2), c02);
        c12 = ((FloatVector) s11.lanewise(LSHL, 16).convert(I2F, 0)).fma(f1.mul(d2), c12);
        FloatVector d3 = FloatVector.fromArray(FLOATS, x.scales, i + 3 * LENGTH);
        c03 = ((FloatVector) s01.and(UPPER).convert(I2F, 0)).fma(f0.mul(d3), c03);
        c13 = ((FloatVector) s11.and(UPPER).convert(I2F, 0)).fma(f1.mul(d3), c13);
      }
      c00.intoArray(c, at);
      c01.intoArray(c, at + LENGTH);
      c02.intoArray(c, at + 2 * LENGTH);
      c03.intoArray(c, at + 3 * LENGTH);
      c10.intoArray(c, at + ldc);
      c11.intoArray(c, at + ldc + LENGTH);
      c12.intoArray(c, at + ldc + 2 * LENGTH);
      c13.intoArray(c, at + ldc + 3 * LENGTH);
    }
  }
}
