package dev.quern.quantizers.type;

/// The reference's ways from a float to an integer, with what an x86-64 processor makes of values
/// out of range.
final class Rounding {
  /// 1.5 · 2^23: a float of magnitude up to 4194303 plus this has no fraction left, so adding and
  /// subtracting it rounds to the nearest integer, ties to even.
  static final float MAGIC = 12582912f;

  private Rounding() {}

  /// The nearest integer, ties to even, read from the low bits of `value + MAGIC`. Meaningless, but
  /// the same as in the reference, beyond ±4194303 and for NaN.
  static int nearest(float value) {
    return (Float.floatToRawIntBits(value + MAGIC) & 0x007fffff) - 0x00400000;
  }

  /// Cuts off the fraction; NaN and what is out of range give `Integer.MIN_VALUE`, whose low byte
  /// is zero.
  static int truncate(float value) {
    return value > -0x1p31f && value < 0x1p31f ? (int) value : Integer.MIN_VALUE;
  }

  /// The nearest integer, halves away from zero; out of range as [#truncate(float)].
  static int halfAwayFromZero(float value) {
    int whole = truncate(value);
    if (whole == Integer.MIN_VALUE) {
      return whole;
    }
    float rest = value - whole; // exact
    if (rest >= 0.5f) {
      return whole + 1;
    }
    return rest <= -0.5f ? whole - 1 : whole;
  }
}
