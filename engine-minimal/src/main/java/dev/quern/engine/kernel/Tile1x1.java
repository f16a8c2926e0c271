package dev.quern.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// One row by one vector.
final class Tile1x1 {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

  private Tile1x1() {}

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
    for (int k = 0; k < depth; k++) {
      int i = from + k * ldx;
      FloatVector x0 = FloatVector.fromArray(FLOATS, x, i);
      FloatVector w0 = FloatVector.broadcast(FLOATS, w[at + k]);
      s00 = x0.fma(w0, s00);
    }
    s00.add(FloatVector.fromArray(FLOATS, c, to)).intoArray(c, to);
  }
}
