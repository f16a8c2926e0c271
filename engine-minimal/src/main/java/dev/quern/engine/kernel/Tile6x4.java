package dev.quern.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Six rows by four vectors: 24 sums, the shape that comes nearest to the peak with 32 registers.
final class Tile6x4 {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int LENGTH = Lanes.LENGTH;

  private Tile6x4() {}

  /// Adds `w · x` to `c`; see [Tile#multiply] for the arguments.
  static void add(
      float[] w,
      int at,
      int ldw,
      float[] x,
      int from,
      int ldx,
      float[] c,
      int to,
      int ldc,
      int depth) {
    FloatVector s00 = FloatVector.zero(FLOATS);
    FloatVector s01 = FloatVector.zero(FLOATS);
    FloatVector s02 = FloatVector.zero(FLOATS);
    FloatVector s03 = FloatVector.zero(FLOATS);
    FloatVector s10 = FloatVector.zero(FLOATS);
    FloatVector s11 = FloatVector.zero(FLOATS);
    FloatVector s12 = FloatVector.zero(FLOATS);
    FloatVector s13 = FloatVector.zero(FLOATS);
    FloatVector s20 = FloatVector.zero(FLOATS);
    FloatVector s21 = FloatVector.zero(FLOATS);
    FloatVector s22 = FloatVector.zero(FLOATS);
    FloatVector s23 = FloatVector.zero(FLOATS);
    FloatVector s30 = FloatVector.zero(FLOATS);
    FloatVector s31 = FloatVector.zero(FLOATS);
    FloatVector s32 = FloatVector.zero(FLOATS);
    FloatVector s33 = FloatVector.zero(FLOATS);
    FloatVector s40 = FloatVector.zero(FLOATS);
    FloatVector s41 = FloatVector.zero(FLOATS);
    FloatVector s42 = FloatVector.zero(FLOATS);
    FloatVector s43 = FloatVector.zero(FLOATS);
    FloatVector s50 = FloatVector.zero(FLOATS);
    FloatVector s51 = FloatVector.zero(FLOATS);
    FloatVector s52 = FloatVector.zero(FLOATS);
    FloatVector s53 = FloatVector.zero(FLOATS);
    for (int k = 0; k < depth; k++) {
      int i = from + k * ldx;
      FloatVector x0 = FloatVector.fromArray(FLOATS, x, i);
      FloatVector x1 = FloatVector.fromArray(FLOATS, x, i + LENGTH);
      FloatVector x2 = FloatVector.fromArray(FLOATS, x, i + 2 * LENGTH);
      FloatVector x3 = FloatVector.fromArray(FLOATS, x, i + 3 * LENGTH);
      FloatVector w0 = FloatVector.broadcast(FLOATS, w[at + k]);
      s00 = x0.fma(w0, s00);
      s01 = x1.fma(w0, s01);
      s02 = x2.fma(w0, s02);
      s03 = x3.fma(w0, s03);
      FloatVector w1 = FloatVector.broadcast(FLOATS, w[at + ldw + k]);
      s10 = x0.fma(w1, s10);
      s11 = x1.fma(w1, s11);
      s12 = x2.fma(w1, s12);
      s13 = x3.fma(w1, s13);
      FloatVector w2 = FloatVector.broadcast(FLOATS, w[at + 2 * ldw + k]);
      s20 = x0.fma(w2, s20);
      s21 = x1.fma(w2, s21);
      s22 = x2.fma(w2, s22);
      s23 = x3.fma(w2, s23);
      FloatVector w3 = FloatVector.broadcast(FLOATS, w[at + 3 * ldw + k]);
      s30 = x0.fma(w3, s30);
      s31 = x1.fma(w3, s31);
      s32 = x2.fma(w3, s32);
      s33 = x3.fma(w3, s33);
      FloatVector w4 = FloatVector.broadcast(FLOATS, w[at + 4 * ldw + k]);
      s40 = x0.fma(w4, s40);
      s41 = x1.fma(w4, s41);
      s42 = x2.fma(w4, s42);
      s43 = x3.fma(w4, s43);
      FloatVector w5 = FloatVector.broadcast(FLOATS, w[at + 5 * ldw + k]);
      s50 = x0.fma(w5, s50);
      s51 = x1.fma(w5, s51);
      s52 = x2.fma(w5, s52);
      s53 = x3.fma(w5, s53);
    }
    s00.add(FloatVector.fromArray(FLOATS, c, to)).intoArray(c, to);
    s01.add(FloatVector.fromArray(FLOATS, c, to + LENGTH)).intoArray(c, to + LENGTH);
    s02.add(FloatVector.fromArray(FLOATS, c, to + 2 * LENGTH)).intoArray(c, to + 2 * LENGTH);
    s03.add(FloatVector.fromArray(FLOATS, c, to + 3 * LENGTH)).intoArray(c, to + 3 * LENGTH);
    s10.add(FloatVector.fromArray(FLOATS, c, to + ldc)).intoArray(c, to + ldc);
    s11.add(FloatVector.fromArray(FLOATS, c, to + ldc + LENGTH)).intoArray(c, to + ldc + LENGTH);
    s12.add(FloatVector.fromArray(FLOATS, c, to + ldc + 2 * LENGTH))
        .intoArray(c, to + ldc + 2 * LENGTH);
    s13.add(FloatVector.fromArray(FLOATS, c, to + ldc + 3 * LENGTH))
        .intoArray(c, to + ldc + 3 * LENGTH);
    s20.add(FloatVector.fromArray(FLOATS, c, to + 2 * ldc)).intoArray(c, to + 2 * ldc);
    s21.add(FloatVector.fromArray(FLOATS, c, to + 2 * ldc + LENGTH))
        .intoArray(c, to + 2 * ldc + LENGTH);
    s22.add(FloatVector.fromArray(FLOATS, c, to + 2 * ldc + 2 * LENGTH))
        .intoArray(c, to + 2 * ldc + 2 * LENGTH);
    s23.add(FloatVector.fromArray(FLOATS, c, to + 2 * ldc + 3 * LENGTH))
        .intoArray(c, to + 2 * ldc + 3 * LENGTH);
    s30.add(FloatVector.fromArray(FLOATS, c, to + 3 * ldc)).intoArray(c, to + 3 * ldc);
    s31.add(FloatVector.fromArray(FLOATS, c, to + 3 * ldc + LENGTH))
        .intoArray(c, to + 3 * ldc + LENGTH);
    s32.add(FloatVector.fromArray(FLOATS, c, to + 3 * ldc + 2 * LENGTH))
        .intoArray(c, to + 3 * ldc + 2 * LENGTH);
    s33.add(FloatVector.fromArray(FLOATS, c, to + 3 * ldc + 3 * LENGTH))
        .intoArray(c, to + 3 * ldc + 3 * LENGTH);
    s40.add(FloatVector.fromArray(FLOATS, c, to + 4 * ldc)).intoArray(c, to + 4 * ldc);
    s41.add(FloatVector.fromArray(FLOATS, c, to + 4 * ldc + LENGTH))
        .intoArray(c, to + 4 * ldc + LENGTH);
    s42.add(FloatVector.fromArray(FLOATS, c, to + 4 * ldc + 2 * LENGTH))
        .intoArray(c, to + 4 * ldc + 2 * LENGTH);
    s43.add(FloatVector.fromArray(FLOATS, c, to + 4 * ldc + 3 * LENGTH))
        .intoArray(c, to + 4 * ldc + 3 * LENGTH);
    s50.add(FloatVector.fromArray(FLOATS, c, to + 5 * ldc)).intoArray(c, to + 5 * ldc);
    s51.add(FloatVector.fromArray(FLOATS, c, to + 5 * ldc + LENGTH))
        .intoArray(c, to + 5 * ldc + LENGTH);
    s52.add(FloatVector.fromArray(FLOATS, c, to + 5 * ldc + 2 * LENGTH))
        .intoArray(c, to + 5 * ldc + 2 * LENGTH);
    s53.add(FloatVector.fromArray(FLOATS, c, to + 5 * ldc + 3 * LENGTH))
        .intoArray(c, to + 5 * ldc + 3 * LENGTH);
  }
}
