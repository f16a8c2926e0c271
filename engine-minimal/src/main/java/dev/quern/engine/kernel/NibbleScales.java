package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// Sums of 32 products times both scales, and the sums of the activations times the offsets of
/// types that have them.
///
/// A sum is converted where it is, in the upper half of an int: the scales of the activations are
/// made for that.
///
/// By itself, and in loops: in one method with the products it is too much for the first of the
/// compilers, which then leaves it to the interpreter.
final class NibbleScales {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final int LENGTH = Lanes.LENGTH;
  private static final IntVector UPPER = Lanes.NO_INTS.add(0xffff0000);

  private NibbleScales() {}

  /// Adds the sums by one vector, of `blocks` blocks from block `first` of a slice, to `c`.
  static void add1(NibbleTile w, int row, int first, NibbleColumns x, int from, int blocks, float[] c, int to, int ldc) {
    if (!w.hasOffsets) {
      scale1(w, row, first, x, from, blocks, c, to, ldc);
      return;
    }
    int p = (from >> 4) + first * 2 * LENGTH;
    int q = first * NibbleTile.ROWS + row;
    for (int r = 0; r < NibbleProduct.HEIGHT; r++, to += ldc) {
      FloatVector c0 = FloatVector.fromArray(FLOATS, c, to);
      FloatVector c1 = FloatVector.fromArray(FLOATS, c, to + LENGTH);
      for (int b = 0; b < blocks; b++) {
        int i = p + b * 2 * LENGTH;
        int j = (b * NibbleProduct.HEIGHT + r) * LENGTH;
        FloatVector f = FloatVector.broadcast(FLOATS, w.scales[q + r + b * NibbleTile.ROWS]);
        FloatVector g = FloatVector.broadcast(FLOATS, w.offsets[q + r + b * NibbleTile.ROWS]);
        c0 = g.fma(FloatVector.fromArray(FLOATS, x.sums, i), c0);
        c1 = g.fma(FloatVector.fromArray(FLOATS, x.sums, i + LENGTH), c1);
        IntVector s0 = IntVector.fromArray(INTS, w.sums, j);
        FloatVector d0 = FloatVector.fromArray(FLOATS, x.scales, i);
        c0 = ((FloatVector) s0.lanewise(LSHL, 16).convert(I2F, 0)).fma(f.mul(d0), c0);
        FloatVector d1 = FloatVector.fromArray(FLOATS, x.scales, i + LENGTH);
        c1 = ((FloatVector) s0.and(UPPER).convert(I2F, 0)).fma(f.mul(d1), c1);
      }
      c0.intoArray(c, to);
      c1.intoArray(c, to + LENGTH);
    }
  }

  /// The same with two vectors.
  static void add2(NibbleTile w, int row, int first, NibbleColumns x, int from, int blocks, float[] c, int to, int ldc) {
    if (!w.hasOffsets) {
      scale2(w, row, first, x, from, blocks, c, to, ldc);
      return;
    }
    int p = (from >> 4) + first * 4 * LENGTH;
    int q = first * NibbleTile.ROWS + row;
    for (int r = 0; r < NibbleProduct.HEIGHT; r++, to += ldc) {
      FloatVector c0 = FloatVector.fromArray(FLOATS, c, to);
      FloatVector c1 = FloatVector.fromArray(FLOATS, c, to + LENGTH);
      FloatVector c2 = FloatVector.fromArray(FLOATS, c, to + 2 * LENGTH);
      FloatVector c3 = FloatVector.fromArray(FLOATS, c, to + 3 * LENGTH);
      for (int b = 0; b < blocks; b++) {
        int i = p + b * 4 * LENGTH;
        int j = (b * NibbleProduct.HEIGHT + r) * 2 * LENGTH;
        FloatVector f = FloatVector.broadcast(FLOATS, w.scales[q + r + b * NibbleTile.ROWS]);
        FloatVector g = FloatVector.broadcast(FLOATS, w.offsets[q + r + b * NibbleTile.ROWS]);
        c0 = g.fma(FloatVector.fromArray(FLOATS, x.sums, i), c0);
        c1 = g.fma(FloatVector.fromArray(FLOATS, x.sums, i + LENGTH), c1);
        c2 = g.fma(FloatVector.fromArray(FLOATS, x.sums, i + 2 * LENGTH), c2);
        c3 = g.fma(FloatVector.fromArray(FLOATS, x.sums, i + 3 * LENGTH), c3);
        IntVector s0 = IntVector.fromArray(INTS, w.sums, j);
        IntVector s1 = IntVector.fromArray(INTS, w.sums, j + LENGTH);
        FloatVector d0 = FloatVector.fromArray(FLOATS, x.scales, i);
        c0 = ((FloatVector) s0.lanewise(LSHL, 16).convert(I2F, 0)).fma(f.mul(d0), c0);
        FloatVector d1 = FloatVector.fromArray(FLOATS, x.scales, i + LENGTH);
        c1 = ((FloatVector) s0.and(UPPER).convert(I2F, 0)).fma(f.mul(d1), c1);
        FloatVector d2 = FloatVector.fromArray(FLOATS, x.scales, i + 2 * LENGTH);
        c2 = ((FloatVector) s1.lanewise(LSHL, 16).convert(I2F, 0)).fma(f.mul(d2), c2);
        FloatVector d3 = FloatVector.fromArray(FLOATS, x.scales, i + 3 * LENGTH);
        c3 = ((FloatVector) s1.and(UPPER).convert(I2F, 0)).fma(f.mul(d3), c3);
      }
      c0.intoArray(c, to);
      c1.intoArray(c, to + LENGTH);
      c2.intoArray(c, to + 2 * LENGTH);
      c3.intoArray(c, to + 3 * LENGTH);
    }
  }

  /// [#add1] without offsets.
  private static void scale1(NibbleTile w, int row, int first, NibbleColumns x, int from, int blocks, float[] c, int to, int ldc) {
    int p = (from >> 4) + first * 2 * LENGTH;
    int q = first * NibbleTile.ROWS + row;
    for (int r = 0; r < NibbleProduct.HEIGHT; r++, to += ldc) {
      FloatVector c0 = FloatVector.fromArray(FLOATS, c, to);
      FloatVector c1 = FloatVector.fromArray(FLOATS, c, to + LENGTH);
      for (int b = 0; b < blocks; b++) {
        int i = p + b * 2 * LENGTH;
        int j = (b * NibbleProduct.HEIGHT + r) * LENGTH;
        FloatVector f = FloatVector.broadcast(FLOATS, w.scales[q + r + b * NibbleTile.ROWS]);
        IntVector s0 = IntVector.fromArray(INTS, w.sums, j);
        FloatVector d0 = FloatVector.fromArray(FLOATS, x.scales, i);
        c0 = ((FloatVector) s0.lanewise(LSHL, 16).convert(I2F, 0)).fma(f.mul(d0), c0);
        FloatVector d1 = FloatVector.fromArray(FLOATS, x.scales, i + LENGTH);
        c1 = ((FloatVector) s0.and(UPPER).convert(I2F, 0)).fma(f.mul(d1), c1);
      }
      c0.intoArray(c, to);
      c1.intoArray(c, to + LENGTH);
    }
  }

  /// [#add2] without offsets.
  private static void scale2(NibbleTile w, int row, int first, NibbleColumns x, int from, int blocks, float[] c, int to, int ldc) {
    int p = (from >> 4) + first * 4 * LENGTH;
    int q = first * NibbleTile.ROWS + row;
    for (int r = 0; r < NibbleProduct.HEIGHT; r++, to += ldc) {
      FloatVector c0 = FloatVector.fromArray(FLOATS, c, to);
      FloatVector c1 = FloatVector.fromArray(FLOATS, c, to + LENGTH);
      FloatVector c2 = FloatVector.fromArray(FLOATS, c, to + 2 * LENGTH);
      FloatVector c3 = FloatVector.fromArray(FLOATS, c, to + 3 * LENGTH);
      for (int b = 0; b < blocks; b++) {
        int i = p + b * 4 * LENGTH;
        int j = (b * NibbleProduct.HEIGHT + r) * 2 * LENGTH;
        FloatVector f = FloatVector.broadcast(FLOATS, w.scales[q + r + b * NibbleTile.ROWS]);
        IntVector s0 = IntVector.fromArray(INTS, w.sums, j);
        IntVector s1 = IntVector.fromArray(INTS, w.sums, j + LENGTH);
        FloatVector d0 = FloatVector.fromArray(FLOATS, x.scales, i);
        c0 = ((FloatVector) s0.lanewise(LSHL, 16).convert(I2F, 0)).fma(f.mul(d0), c0);
        FloatVector d1 = FloatVector.fromArray(FLOATS, x.scales, i + LENGTH);
        c1 = ((FloatVector) s0.and(UPPER).convert(I2F, 0)).fma(f.mul(d1), c1);
        FloatVector d2 = FloatVector.fromArray(FLOATS, x.scales, i + 2 * LENGTH);
        c2 = ((FloatVector) s1.lanewise(LSHL, 16).convert(I2F, 0)).fma(f.mul(d2), c2);
        FloatVector d3 = FloatVector.fromArray(FLOATS, x.scales, i + 3 * LENGTH);
        c3 = ((FloatVector) s1.and(UPPER).convert(I2F, 0)).fma(f.mul(d3), c3);
      }
      c0.intoArray(c, to);
      c1.intoArray(c, to + LENGTH);
      c2.intoArray(c, to + 2 * LENGTH);
      c3.intoArray(c, to + 3 * LENGTH);
    }
  }
}
