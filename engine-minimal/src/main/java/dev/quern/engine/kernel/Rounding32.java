package dev.quern.engine.kernel;

/// Rounds blocks of 32 floats to 8 bits; the scale of a block is its largest magnitude / 127.
///
/// In plain loops: the scalar twin of what [RoundedVector] and [NibbleRounding] do with lanes.
final class Rounding32 {
  static final int ROUND_BITS = 0x4b400000; // of Exponential.ROUND

  /// The bits of a float but its sign: they are in the order of magnitudes; those of NaN are above
  /// all.
  static final int MAGNITUDE = 0x7fffffff;

  private Rounding32() {}

  /// Writes the 32 numbers from `from`, divided by their scale and rounded, to `out`, and returns
  /// the scale.
  static float round(float[] x, int from, int[] out) {
    float peak = peak(x, from);
    float inverse = peak == 0 ? 0 : 127 / peak;
    for (int i = 0; i < 32; i++) {
      float rounded = x[from + i] * inverse + Exponential.ROUND;
      out[i] = Float.floatToRawIntBits(rounded) - ROUND_BITS;
    }
    return peak / 127;
  }

  /// The largest magnitude, in four strands that do not wait for each other.
  private static float peak(float[] x, int from) {
    int first = 0;
    int second = 0;
    int third = 0;
    int fourth = 0;
    for (int i = from; i < from + 32; i += 4) {
      first = Math.max(first, magnitude(x[i]));
      second = Math.max(second, magnitude(x[i + 1]));
      third = Math.max(third, magnitude(x[i + 2]));
      fourth = Math.max(fourth, magnitude(x[i + 3]));
    }
    return Float.intBitsToFloat(Math.max(Math.max(first, second), Math.max(third, fourth)));
  }

  private static int magnitude(float x) {
    return Float.floatToRawIntBits(x) & MAGNITUDE;
  }
}
