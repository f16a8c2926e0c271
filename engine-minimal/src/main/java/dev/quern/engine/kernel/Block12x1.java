package dev.quern.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// 12 rows by 1 vectors of floats.
final class Block12x1 {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int LENGTH = Lanes.LENGTH;

  private Block12x1() {}

  /// Adds `w · x` to `c`; see [Block#multiply] for the arguments.
  static void add(
      float[] w, int at, int ldw, float[] x, int from, float[] c, int to, int ldc, int depth) {
    FloatVector s00 = FloatVector.zero(FLOATS);
    FloatVector s10 = FloatVector.zero(FLOATS);
    FloatVector s20 = FloatVector.zero(FLOATS);
    FloatVector s30 = FloatVector.zero(FLOATS);
    FloatVector s40 = FloatVector.zero(FLOATS);
    FloatVector s50 = FloatVector.zero(FLOATS);
    FloatVector s60 = FloatVector.zero(FLOATS);
    FloatVector s70 = FloatVector.zero(FLOATS);
    FloatVector s80 = FloatVector.zero(FLOATS);
    FloatVector s90 = FloatVector.zero(FLOATS);
    FloatVector s100 = FloatVector.zero(FLOATS);
    FloatVector s110 = FloatVector.zero(FLOATS);
    for (int k = 0; k < depth; k++) {
      int i = from + k * LENGTH;
      int j = at + k * ldw;
      FloatVector x0 = FloatVector.fromArray(FLOATS, x, i);
      FloatVector w0 = FloatVector.broadcast(FLOATS, w[j]);
      s00 = x0.fma(w0, s00);
      FloatVector w1 = FloatVector.broadcast(FLOATS, w[j + 1]);
      s10 = x0.fma(w1, s10);
      FloatVector w2 = FloatVector.broadcast(FLOATS, w[j + 2]);
      s20 = x0.fma(w2, s20);
      FloatVector w3 = FloatVector.broadcast(FLOATS, w[j + 3]);
      s30 = x0.fma(w3, s30);
      FloatVector w4 = FloatVector.broadcast(FLOATS, w[j + 4]);
      s40 = x0.fma(w4, s40);
      FloatVector w5 = FloatVector.broadcast(FLOATS, w[j + 5]);
      s50 = x0.fma(w5, s50);
      FloatVector w6 = FloatVector.broadcast(FLOATS, w[j + 6]);
      s60 = x0.fma(w6, s60);
      FloatVector w7 = FloatVector.broadcast(FLOATS, w[j + 7]);
      s70 = x0.fma(w7, s70);
      FloatVector w8 = FloatVector.broadcast(FLOATS, w[j + 8]);
      s80 = x0.fma(w8, s80);
      FloatVector w9 = FloatVector.broadcast(FLOATS, w[j + 9]);
      s90 = x0.fma(w9, s90);
      FloatVector w10 = FloatVector.broadcast(FLOATS, w[j + 10]);
      s100 = x0.fma(w10, s100);
      FloatVector w11 = FloatVector.broadcast(FLOATS, w[j + 11]);
      s110 = x0.fma(w11, s110);
    }
    s00.add(FloatVector.fromArray(FLOATS, c, to)).intoArray(c, to);
    s10.add(FloatVector.fromArray(FLOATS, c, to + ldc)).intoArray(c, to + ldc);
    s20.add(FloatVector.fromArray(FLOATS, c, to + 2 * ldc)).intoArray(c, to + 2 * ldc);
    s30.add(FloatVector.fromArray(FLOATS, c, to + 3 * ldc)).intoArray(c, to + 3 * ldc);
    s40.add(FloatVector.fromArray(FLOATS, c, to + 4 * ldc)).intoArray(c, to + 4 * ldc);
    s50.add(FloatVector.fromArray(FLOATS, c, to + 5 * ldc)).intoArray(c, to + 5 * ldc);
    s60.add(FloatVector.fromArray(FLOATS, c, to + 6 * ldc)).intoArray(c, to + 6 * ldc);
    s70.add(FloatVector.fromArray(FLOATS, c, to + 7 * ldc)).intoArray(c, to + 7 * ldc);
    s80.add(FloatVector.fromArray(FLOATS, c, to + 8 * ldc)).intoArray(c, to + 8 * ldc);
    s90.add(FloatVector.fromArray(FLOATS, c, to + 9 * ldc)).intoArray(c, to + 9 * ldc);
    s100.add(FloatVector.fromArray(FLOATS, c, to + 10 * ldc)).intoArray(c, to + 10 * ldc);
    s110.add(FloatVector.fromArray(FLOATS, c, to + 11 * ldc)).intoArray(c, to + 11 * ldc);
  }
}
