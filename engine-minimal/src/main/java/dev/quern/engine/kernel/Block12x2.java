package dev.quern.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// 12 rows by 2 vectors of floats.
final class Block12x2 {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int LENGTH = Lanes.LENGTH;

  private Block12x2() {}

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
    FloatVector s60 = FloatVector.zero(FLOATS);
    FloatVector s61 = FloatVector.zero(FLOATS);
    FloatVector s70 = FloatVector.zero(FLOATS);
    FloatVector s71 = FloatVector.zero(FLOATS);
    FloatVector s80 = FloatVector.zero(FLOATS);
    FloatVector s81 = FloatVector.zero(FLOATS);
    FloatVector s90 = FloatVector.zero(FLOATS);
    FloatVector s91 = FloatVector.zero(FLOATS);
    FloatVector s100 = FloatVector.zero(FLOATS);
    FloatVector s101 = FloatVector.zero(FLOATS);
    FloatVector s110 = FloatVector.zero(FLOATS);
    FloatVector s111 = FloatVector.zero(FLOATS);
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
      FloatVector w6 = FloatVector.broadcast(FLOATS, w[j + 6]);
      s60 = x0.fma(w6, s60);
      s61 = x1.fma(w6, s61);
      FloatVector w7 = FloatVector.broadcast(FLOATS, w[j + 7]);
      s70 = x0.fma(w7, s70);
      s71 = x1.fma(w7, s71);
      FloatVector w8 = FloatVector.broadcast(FLOATS, w[j + 8]);
      s80 = x0.fma(w8, s80);
      s81 = x1.fma(w8, s81);
      FloatVector w9 = FloatVector.broadcast(FLOATS, w[j + 9]);
      s90 = x0.fma(w9, s90);
      s91 = x1.fma(w9, s91);
      FloatVector w10 = FloatVector.broadcast(FLOATS, w[j + 10]);
      s100 = x0.fma(w10, s100);
      s101 = x1.fma(w10, s101);
      FloatVector w11 = FloatVector.broadcast(FLOATS, w[j + 11]);
      s110 = x0.fma(w11, s110);
      s111 = x1.fma(w11, s111);
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
    s60.add(FloatVector.fromArray(FLOATS, c, to + 6 * ldc)).intoArray(c, to + 6 * ldc);
    s61.add(FloatVector.fromArray(FLOATS, c, to + 6 * ldc + LENGTH))
        .intoArray(c, to + 6 * ldc + LENGTH);
    s70.add(FloatVector.fromArray(FLOATS, c, to + 7 * ldc)).intoArray(c, to + 7 * ldc);
    s71.add(FloatVector.fromArray(FLOATS, c, to + 7 * ldc + LENGTH))
        .intoArray(c, to + 7 * ldc + LENGTH);
    s80.add(FloatVector.fromArray(FLOATS, c, to + 8 * ldc)).intoArray(c, to + 8 * ldc);
    s81.add(FloatVector.fromArray(FLOATS, c, to + 8 * ldc + LENGTH))
        .intoArray(c, to + 8 * ldc + LENGTH);
    s90.add(FloatVector.fromArray(FLOATS, c, to + 9 * ldc)).intoArray(c, to + 9 * ldc);
    s91.add(FloatVector.fromArray(FLOATS, c, to + 9 * ldc + LENGTH))
        .intoArray(c, to + 9 * ldc + LENGTH);
    s100.add(FloatVector.fromArray(FLOATS, c, to + 10 * ldc)).intoArray(c, to + 10 * ldc);
    s101.add(FloatVector.fromArray(FLOATS, c, to + 10 * ldc + LENGTH))
        .intoArray(c, to + 10 * ldc + LENGTH);
    s110.add(FloatVector.fromArray(FLOATS, c, to + 11 * ldc)).intoArray(c, to + 11 * ldc);
    s111.add(FloatVector.fromArray(FLOATS, c, to + 11 * ldc + LENGTH))
        .intoArray(c, to + 11 * ldc + LENGTH);
  }
}
