package dev.quern.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Rounds blocks of 32 floats to 8 bits; the scale of a block is its largest magnitude / 127.
final class Rounding32 {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int ROUND_BITS = 0x4b400000; // of Exponential.ROUND

  private Rounding32() {}

  /// Writes the 32 numbers from `from`, divided by their scale and rounded, to `out`, and returns
  /// the scale.
  static float round(float[] x, int from, int[] out) {
    FloatVector most = FloatVector.zero(FLOATS);
    for (int i = 0; i < 32; i += Lanes.LENGTH) {
      most = most.max(FloatVector.fromArray(FLOATS, x, from + i).abs());
    }
    float peak = most.reduceLanes(VectorOperators.MAX);
    float inverse = peak == 0 ? 0 : 127 / peak;
    for (int i = 0; i < 32; i += Lanes.LENGTH) {
      FloatVector.fromArray(FLOATS, x, from + i)
          .mul(inverse)
          .add(Exponential.ROUND)
          .reinterpretAsInts()
          .sub(ROUND_BITS)
          .intoArray(out, i);
    }
    return peak / 127;
  }
}
