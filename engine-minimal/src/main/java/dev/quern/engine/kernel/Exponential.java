package dev.quern.engine.kernel;

/// The numbers behind `e^x` in floats: `2^n · p(r)` with `x = n · ln 2 + r` and `|r| <= ln 2 / 2`.
///
/// `ln 2` is in two parts, so that `r` keeps its last bits; `p` is the Taylor polynomial of degree
/// 7, whose remainder is below 3e-9. Kernels repeat the dozen operations themselves: a helper that
/// takes vectors would put them on the heap.
final class Exponential {
  /// What it takes, about.
  static final int OPERATIONS = 20;

  static final float LOG2_E = 1.442695f;
  static final float LN2_HIGH = 0x1.63p-1f;
  static final float LN2_LOW = -2.1219444e-4f;

  /// Below, the result is 0: `2^-126` is the smallest power that the exponent bits can hold.
  static final float LOWEST = -87;

  /// Above, the result would not be finite; arguments are cut here.
  static final float HIGHEST = 88;

  /// Added and taken away, rounds to a whole number.
  static final float ROUND = 12582912;

  static final float C2 = 1 / 2f;
  static final float C3 = 1 / 6f;
  static final float C4 = 1 / 24f;
  static final float C5 = 1 / 120f;
  static final float C6 = 1 / 720f;
  static final float C7 = 1 / 5040f;

  private Exponential() {}

  /// `e^x` as the kernels compute it, for `x` from [#LOWEST] to [#HIGHEST].
  static float of(float x) {
    float n = x * LOG2_E + ROUND - ROUND;
    float r = n * -LN2_HIGH + x;
    r = n * -LN2_LOW + r;
    float p = r * C7 + C6;
    p = Math.fma(p, r, C5);
    p = Math.fma(p, r, C4);
    p = Math.fma(p, r, C3);
    p = Math.fma(p, r, C2);
    p = Math.fma(p, r, 1);
    p = Math.fma(p, r, 1);
    return p * Float.intBitsToFloat(((int) n + 127) << 23);
  }
}
