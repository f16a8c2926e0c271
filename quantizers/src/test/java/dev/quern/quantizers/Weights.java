package dev.quern.quantizers;

import java.util.Random;

/// Weights for the tests: every kind that has ever hurt an encoder, from a seed.
final class Weights {
  private Weights() {}

  /// Normal weights of a trained matrix's size.
  static float[] gaussian(long seed, int n) {
    Random random = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = (float) (0.02 * random.nextGaussian());
    }
    return x;
  }

  /// Stretches of 16 to 256 weights of changing kinds and sizes.
  static float[] mixed(long seed, int n) {
    Random random = new Random(seed);
    float[] x = new float[n];
    int at = 0;
    while (at < n) {
      int length = Math.min(n - at, 16 << random.nextInt(5));
      int kind = random.nextInt(10);
      double size = Math.pow(10, random.nextInt(12) - 8);
      for (int i = 0; i < length; i++) {
        x[at + i] = (float) (size * value(random, kind, i));
      }
      at += length;
    }
    return x;
  }

  /// Any finite floats at all, by their bits.
  static float[] anyFinite(long seed, int n) {
    Random random = new Random(seed);
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      float value = Float.intBitsToFloat(random.nextInt());
      x[i] = Float.isFinite(value) ? value : 0;
    }
    return x;
  }

  private static double value(Random random, int kind, int i) {
    return switch (kind) {
      case 0 -> 0;
      case 1 -> 1;
      case 2 -> -1;
      case 3 -> i == 7 ? 1000 : random.nextGaussian();
      case 4 -> random.nextInt(9) - 4;
      case 5 -> 1 + 1e-7 * random.nextGaussian();
      case 6 -> Math.abs(random.nextGaussian());
      case 7 -> -Math.abs(random.nextGaussian());
      case 8 -> 1e-35 * random.nextGaussian();
      default -> random.nextGaussian();
    };
  }
}
