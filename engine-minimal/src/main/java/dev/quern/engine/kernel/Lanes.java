package dev.quern.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// The widest vectors of this machine: 4, 8 or 16 floats, and the integers that convert to them
/// lane by lane.
public final class Lanes {
  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
  static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;

  /// Shorts, as many as there are floats in a vector.
  static final VectorSpecies<Short> HALVES =
      VectorSpecies.of(short.class, VectorShape.forBitSize(FLOATS.vectorBitSize() / 2));

  /// Floats in a vector.
  public static final int LENGTH = FLOATS.length();

  private Lanes() {}

  /// `n` rounded up to a whole number of vectors.
  public static int ceil(int n) {
    return Math.addExact(n, LENGTH - 1) / LENGTH * LENGTH;
  }
}
