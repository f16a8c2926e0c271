package dev.quern.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Six rows by one vector.
final class Tile6x1 {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

  private Tile6x1() {}

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
    FloatVector s10 = FloatVector.zero(FLOATS);
    FloatVector s20 = FloatVector.zero(FLOATS);
    FloatVector s30 = FloatVector.zero(FLOATS);
    FloatVector s40 = FloatVector.zero(FLOATS);
    FloatVector s50 = FloatVector.zero(FLOATS);
    for (int k = 0; k < depth; k++) {
      int i = from + k * ldx;
      FloatVector x0 = FloatVector.fromArray(FLOATS, x, i);
      FloatVector w0 = FloatVector.broadcast(FLOATS, w[at + k]);
      s00 = x0.fma(w0, s00);
      FloatVector w1 = FloatVector.broadcast(FLOATS, w[at + ldw + k]);
      s10 = x0.fma(w1, s10);
      FloatVector w2 = FloatVector.broadcast(FLOATS, w[at + 2 * ldw + k]);
      s20 = x0.fma(w2, s20);
      FloatVector w3 = FloatVector.broadcast(FLOATS, w[at + 3 * ldw + k]);
      s30 = x0.fma(w3, s30);
      FloatVector w4 = FloatVector.broadcast(FLOATS, w[at + 4 * ldw + k]);
      s40 = x0.fma(w4, s40);
      FloatVector w5 = FloatVector.broadcast(FLOATS, w[at + 5 * ldw + k]);
      s50 = x0.fma(w5, s50);
    }
    s00.add(FloatVector.fromArray(FLOATS, c, to)).intoArray(c, to);
    s10.add(FloatVector.fromArray(FLOATS, c, to + ldc)).intoArray(c, to + ldc);
    s20.add(FloatVector.fromArray(FLOATS, c, to + 2 * ldc)).intoArray(c, to + 2 * ldc);
    s30.add(FloatVector.fromArray(FLOATS, c, to + 3 * ldc)).intoArray(c, to + 3 * ldc);
    s40.add(FloatVector.fromArray(FLOATS, c, to + 4 * ldc)).intoArray(c, to + 4 * ldc);
    s50.add(FloatVector.fromArray(FLOATS, c, to + 5 * ldc)).intoArray(c, to + 5 * ldc);
  }
}
