package dev.quern.converter;

/// `e^x` in single precision, to the bit as PyTorch computes it on x86-64 and ARM: by the series of
/// SLEEF's `expf` of 1.0 units in the last place, with fused multiplications.
final class TorchExponential {
  private static final float PER_LN2 = 1.442695f;
  private static final float LN2_HIGH = 0.69314575f;
  private static final float LN2_LOW = 1.4286068e-6f;
  private static final float[] SERIES = {
    1.9852762e-4f, 0.0013930436f, 0.008333361f, 0.041666485f, 0.16666667f, 0.5f
  };
  private static final float LOWEST = -104;
  private static final float HIGHEST = 100;

  private TorchExponential() {}

  static float of(float x) {
    if (x < LOWEST) {
      return 0;
    }
    if (x > HIGHEST) {
      return Float.POSITIVE_INFINITY;
    }
    float power = (float) Math.rint(x * PER_LN2);
    float rest = Math.fma(power, -LN2_LOW, Math.fma(power, -LN2_HIGH, x));
    float sum = SERIES[0];
    for (int i = 1; i < SERIES.length; i++) {
      sum = Math.fma(sum, rest, SERIES[i]);
    }
    float mantissa = 1 + Math.fma(rest * rest, sum, rest);
    int half = (int) power >> 1; // in two steps, as subnormal results want it
    return Math.scalb(Math.scalb(mantissa, half), (int) power - half);
  }
}
