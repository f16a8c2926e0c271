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

  /// Adds the sums of `rows` rows by one vector, for the 32 elements from `b` of a slice, to `c`.
  static void add1(
      NibbleTile w,
      int row,
      int rows,
      int b,
      NibbleColumns x,
      int from,
      float[] c,
      int to,
      int ldc) {
    if (!w.hasOffsets) {
      scale1(w, row, rows, b, x, from, c, to, ldc);
      return;
    }
    int p = (from >> 4) + (b >> 4) * LENGTH;
    int q = (b >> 5) * w.rows + row;
    FloatVector d0 = FloatVector.fromArray(FLOATS, x.scales, p);
    FloatVector d1 = FloatVector.fromArray(FLOATS, x.scales, p + LENGTH);
    FloatVector e0 = FloatVector.fromArray(FLOATS, x.sums, p);
    FloatVector e1 = FloatVector.fromArray(FLOATS, x.sums, p + LENGTH);
    for (int r = 0; r < rows; r++, to += ldc) {
      FloatVector f = FloatVector.broadcast(FLOATS, w.scales[q + r]);
      FloatVector g = FloatVector.broadcast(FLOATS, w.offsets[q + r]);
      IntVector s = IntVector.fromArray(INTS, w.sums, r * LENGTH);
      FloatVector c0 = g.fma(e0, FloatVector.fromArray(FLOATS, c, to));
      FloatVector c1 = g.fma(e1, FloatVector.fromArray(FLOATS, c, to + LENGTH));
      IntVector even = s.lanewise(LSHL, 16);
      ((FloatVector) even.convert(I2F, 0)).fma(f.mul(d0), c0).intoArray(c, to);
      IntVector odd = s.and(UPPER);
      ((FloatVector) odd.convert(I2F, 0)).fma(f.mul(d1), c1).intoArray(c, to + LENGTH);
    }
  }

  /// The same with two vectors.
  static void add2(
      NibbleTile w,
      int row,
      int rows,
      int b,
      NibbleColumns x,
      int from,
      float[] c,
      int to,
      int ldc) {
    if (!w.hasOffsets) {
      scale2(w, row, rows, b, x, from, c, to, ldc);
      return;
    }
    int p = (from >> 4) + (b >> 4) * 2 * LENGTH;
    int q = (b >> 5) * w.rows + row;
    FloatVector d0 = FloatVector.fromArray(FLOATS, x.scales, p);
    FloatVector d1 = FloatVector.fromArray(FLOATS, x.scales, p + LENGTH);
    FloatVector d2 = FloatVector.fromArray(FLOATS, x.scales, p + 2 * LENGTH);
    FloatVector d3 = FloatVector.fromArray(FLOATS, x.scales, p + 3 * LENGTH);
    FloatVector e0 = FloatVector.fromArray(FLOATS, x.sums, p);
    FloatVector e1 = FloatVector.fromArray(FLOATS, x.sums, p + LENGTH);
    FloatVector e2 = FloatVector.fromArray(FLOATS, x.sums, p + 2 * LENGTH);
    FloatVector e3 = FloatVector.fromArray(FLOATS, x.sums, p + 3 * LENGTH);
    for (int r = 0; r < rows; r++, to += ldc) {
      FloatVector f = FloatVector.broadcast(FLOATS, w.scales[q + r]);
      FloatVector g = FloatVector.broadcast(FLOATS, w.offsets[q + r]);
      IntVector s = IntVector.fromArray(INTS, w.sums, 2 * r * LENGTH);
      IntVector t = IntVector.fromArray(INTS, w.sums, (2 * r + 1) * LENGTH);
      FloatVector c0 = g.fma(e0, FloatVector.fromArray(FLOATS, c, to));
      FloatVector c1 = g.fma(e1, FloatVector.fromArray(FLOATS, c, to + LENGTH));
      FloatVector c2 = g.fma(e2, FloatVector.fromArray(FLOATS, c, to + 2 * LENGTH));
      FloatVector c3 = g.fma(e3, FloatVector.fromArray(FLOATS, c, to + 3 * LENGTH));
      IntVector even = s.lanewise(LSHL, 16);
      ((FloatVector) even.convert(I2F, 0)).fma(f.mul(d0), c0).intoArray(c, to);
      IntVector odd = s.and(UPPER);
      ((FloatVector) odd.convert(I2F, 0)).fma(f.mul(d1), c1).intoArray(c, to + LENGTH);
      even = t.lanewise(LSHL, 16);
      ((FloatVector) even.convert(I2F, 0)).fma(f.mul(d2), c2).intoArray(c, to + 2 * LENGTH);
      odd = t.and(UPPER);
      ((FloatVector) odd.convert(I2F, 0)).fma(f.mul(d3), c3).intoArray(c, to + 3 * LENGTH);
    }
  }

  /// [#add1] without offsets.
  private static void scale1(
      NibbleTile w,
      int row,
      int rows,
      int b,
      NibbleColumns x,
      int from,
      float[] c,
      int to,
      int ldc) {
    int p = (from >> 4) + (b >> 4) * LENGTH;
    int q = (b >> 5) * w.rows + row;
    FloatVector d0 = FloatVector.fromArray(FLOATS, x.scales, p);
    FloatVector d1 = FloatVector.fromArray(FLOATS, x.scales, p + LENGTH);
    for (int r = 0; r < rows; r++, to += ldc) {
      FloatVector f = FloatVector.broadcast(FLOATS, w.scales[q + r]);
      IntVector s = IntVector.fromArray(INTS, w.sums, r * LENGTH);
      FloatVector c0 = FloatVector.fromArray(FLOATS, c, to);
      FloatVector c1 = FloatVector.fromArray(FLOATS, c, to + LENGTH);
      IntVector even = s.lanewise(LSHL, 16);
      ((FloatVector) even.convert(I2F, 0)).fma(f.mul(d0), c0).intoArray(c, to);
      IntVector odd = s.and(UPPER);
      ((FloatVector) odd.convert(I2F, 0)).fma(f.mul(d1), c1).intoArray(c, to + LENGTH);
    }
  }

  /// [#add2] without offsets.
  private static void scale2(
      NibbleTile w,
      int row,
      int rows,
      int b,
      NibbleColumns x,
      int from,
      float[] c,
      int to,
      int ldc) {
    int p = (from >> 4) + (b >> 4) * 2 * LENGTH;
    int q = (b >> 5) * w.rows + row;
    FloatVector d0 = FloatVector.fromArray(FLOATS, x.scales, p);
    FloatVector d1 = FloatVector.fromArray(FLOATS, x.scales, p + LENGTH);
    FloatVector d2 = FloatVector.fromArray(FLOATS, x.scales, p + 2 * LENGTH);
    FloatVector d3 = FloatVector.fromArray(FLOATS, x.scales, p + 3 * LENGTH);
    for (int r = 0; r < rows; r++, to += ldc) {
      FloatVector f = FloatVector.broadcast(FLOATS, w.scales[q + r]);
      IntVector s = IntVector.fromArray(INTS, w.sums, 2 * r * LENGTH);
      IntVector t = IntVector.fromArray(INTS, w.sums, (2 * r + 1) * LENGTH);
      FloatVector c0 = FloatVector.fromArray(FLOATS, c, to);
      FloatVector c1 = FloatVector.fromArray(FLOATS, c, to + LENGTH);
      FloatVector c2 = FloatVector.fromArray(FLOATS, c, to + 2 * LENGTH);
      FloatVector c3 = FloatVector.fromArray(FLOATS, c, to + 3 * LENGTH);
      IntVector even = s.lanewise(LSHL, 16);
      ((FloatVector) even.convert(I2F, 0)).fma(f.mul(d0), c0).intoArray(c, to);
      IntVector odd = s.and(UPPER);
      ((FloatVector) odd.convert(I2F, 0)).fma(f.mul(d1), c1).intoArray(c, to + LENGTH);
      even = t.lanewise(LSHL, 16);
      ((FloatVector) even.convert(I2F, 0)).fma(f.mul(d2), c2).intoArray(c, to + 2 * LENGTH);
      odd = t.and(UPPER);
      ((FloatVector) odd.convert(I2F, 0)).fma(f.mul(d3), c3).intoArray(c, to + 3 * LENGTH);
    }
  }
}
