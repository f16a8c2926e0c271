package dev.quern.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// One row by two vectors.
final class Tile1x2 {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int LENGTH = Lanes.LENGTH;

  private Tile1x2() {}

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
    for (int k = 0; k < depth; k++) {
      int i = from + k * ldx;
      FloatVector x0 = FloatVector.fromArray(FLOATS, x, i);
      FloatVector x1 = FloatVector.fromArray(FLOATS, x, i + LENGTH);
      FloatVector w0 = FloatVector.broadcast(FLOATS, w[at + k]);
      s00 = x0.fma(w0, s00);
      s01 = x1.fma(w0, s01);
    }
    s00.add(FloatVector.fromArray(FLOATS, c, to)).intoArray(c, to);
    s01.add(FloatVector.fromArray(FLOATS, c, to + LENGTH)).intoArray(c, to + LENGTH);
  }
}
