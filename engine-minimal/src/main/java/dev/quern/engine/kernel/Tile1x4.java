package dev.quern.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// One row by four vectors.
final class Tile1x4 {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int LENGTH = Lanes.LENGTH;

  private Tile1x4() {}

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
    }
    s00.add(FloatVector.fromArray(FLOATS, c, to)).intoArray(c, to);
    s01.add(FloatVector.fromArray(FLOATS, c, to + LENGTH)).intoArray(c, to + LENGTH);
    s02.add(FloatVector.fromArray(FLOATS, c, to + 2 * LENGTH)).intoArray(c, to + 2 * LENGTH);
    s03.add(FloatVector.fromArray(FLOATS, c, to + 3 * LENGTH)).intoArray(c, to + 3 * LENGTH);
  }
}
