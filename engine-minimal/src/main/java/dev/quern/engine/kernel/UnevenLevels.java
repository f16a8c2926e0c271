package dev.quern.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/// The sixteen numbers that the four bits of IQ4_NL and IQ4_XS stand for, in a vector of 16 lanes.
final class UnevenLevels {
  private static final float[] LEVELS = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  /// The bits of the levels.
  static final IntVector VECTOR =
      FloatVector.fromArray(FloatVector.SPECIES_512, LEVELS, 0).reinterpretAsInts();

  private UnevenLevels() {}

  /// What the lowest four of some bits stand for.
  static float level(int bits) {
    return LEVELS[bits & 15];
  }
}
