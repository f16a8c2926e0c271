package dev.quern.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// 6 rows by 2 vectors of floats.
final class Block6x2 {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int LENGTH = Lanes.LENGTH;

  private Block6x2() {}

  /// Adds `w · x` to `c`; see [Block#multiply] for the arguments.
  static void add(
      float[] w, int at, int ldw, float[] x, int from, float[] c, int to, int ldc, int depth) {
    FloatVector s00 = FloatVector.zero(FLOATS);
    FloatVector s01 = FloatVector.zero(FLOATS);
    FloatVector s10 = FloatVector.zero(FLOATS);
    FloatVector s11 = FloatVector.zero(FLOATS);
    FloatVector s20 = FloatVector.zero(FLOATS);
    FloatVector s21 = FloatVector.zero(FLOATS);
    FloatVector s30 = FloatVector.zero(FLOATS);
    FloatVector s31 = FloatVector.zero(FLOATS);
    FloatVector s40 = FloatVector.zero(FLOATS);
    FloatVector s41 = FloatVector.zero(FLOATS);
    FloatVector s50 = FloatVector.zero(FLOATS);
    FloatVector s51 = FloatVector.zero(FLOATS);
    for (int k = 0; k < depth; k++) {
      int i = from + k * 2 * LENGTH;
      int j = at + k * ldw;
      FloatVector x0 = FloatVector.fromArray(FLOATS, x, i);
      FloatVector x1 = FloatVector.fromArray(FLOATS, x, i + LENGTH);
      FloatVector w0 = FloatVector.broadcast(FLOATS, w[j]);
      s00 = x0.fma(w0, s00);
      s01 = x1.fma(w0, s01);
      FloatVector w1 = FloatVector.broadcast(FLOATS, w[j + 1]);
      s10 = x0.fma(w1, s10);
      s11 = x1.fma(w1, s11);
      FloatVector w2 = FloatVector.broadcast(FLOATS, w[j + 2]);
      s20 = x0.fma(w2, s20);
      s21 = x1.fma(w2, s21);
      FloatVector w3 = FloatVector.broadcast(FLOATS, w[j + 3]);
      s30 = x0.fma(w3, s30);
      s31 = x1.fma(w3, s31);
      FloatVector w4 = FloatVector.broadcast(FLOATS, w[j + 4]);
      s40 = x0.fma(w4, s40);
      s41 = x1.fma(w4, s41);
      FloatVector w5 = FloatVector.broadcast(FLOATS, w[j + 5]);
      s50 = x0.fma(w5, s50);
      s51 = x1.fma(w5, s51);
    }
    s00.add(FloatVector.fromArray(FLOATS, c, to)).intoArray(c, to);
    s01.add(FloatVector.fromArray(FLOATS, c, to + LENGTH)).intoArray(c, to + LENGTH);
    s10.add(FloatVector.fromArray(FLOATS, c, to + ldc)).intoArray(c, to + ldc);
    s11.add(FloatVector.fromArray(FLOATS, c, to + ldc + LENGTH)).intoArray(c, to + ldc + LENGTH);
    s20.add(FloatVector.fromArray(FLOATS, c, to + 2 * ldc)).intoArray(c, to + 2 * ldc);
    s21.add(FloatVector.fromArray(FLOATS, c, to + 2 * ldc + LENGTH))
        .intoArray(c, to + 2 * ldc + LENGTH);
    s30.add(FloatVector.fromArray(FLOATS, c, to + 3 * ldc)).intoArray(c, to + 3 * ldc);
    s31.add(FloatVector.fromArray(FLOATS, c, to + 3 * ldc + LENGTH))
        .intoArray(c, to + 3 * ldc + LENGTH);
    s40.add(FloatVector.fromArray(FLOATS, c, to + 4 * ldc)).intoArray(c, to + 4 * ldc);
    s41.add(FloatVector.fromArray(FLOATS, c, to + 4 * ldc + LENGTH))
        .intoArray(c, to + 4 * ldc + LENGTH);
    s50.add(FloatVector.fromArray(FLOATS, c, to + 5 * ldc)).intoArray(c, to + 5 * ldc);
    s51.add(FloatVector.fromArray(FLOATS, c, to + 5 * ldc + LENGTH))
        .intoArray(c, to + 5 * ldc + LENGTH);
  }
}
