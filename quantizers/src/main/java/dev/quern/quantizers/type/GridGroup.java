package dev.quern.quantizers.type;

/// A group of weights as the searches with a code book see it: magnitudes and signs apart.
final class GridGroup {
  final float[] values;
  final float[] weights;
  final float[] roots;

  /// Of each eight weights, one bit per weight.
  final int[] signs;

  private float max;

  GridGroup(int size) {
    values = new float[size];
    weights = new float[size];
    roots = new float[size];
    signs = new int[size / 8];
  }

  /// Takes the weights from `x[at]`, after [#weights] has been set.
  ///
  /// @param even true if the number of minus signs of eight weights has to be even: where it is
  ///   not, the weight that counts least keeps its sign in its value
  void load(float[] x, int at, boolean even) {
    for (int i = 0; i < values.length; i++) {
      roots[i] = (float) Math.sqrt(weights[i]);
      values[i] = Math.abs(x[at + i]);
    }
    for (int k = 0; k < signs.length; k++) {
      int bits = 0;
      for (int i = 0; i < 8; i++) {
        bits |= Float.floatToRawIntBits(x[at + 8 * k + i] + 0f) >>> 31 << i; // -0 is not negative
      }
      if (even && Integer.bitCount(bits) % 2 != 0) {
        int least = least(x, at, 8 * k);
        values[least] = -values[least];
        bits ^= 1 << (least - 8 * k);
      }
      signs[k] = bits;
    }
    max = values[0];
    for (int i = 1; i < values.length; i++) {
      max = max > values[i] ? max : values[i];
    }
  }

  /// The greatest value.
  float max() {
    return max;
  }

  /// Turns all signs around.
  void flip() {
    for (int k = 0; k < signs.length; k++) {
      signs[k] ^= 0xff;
    }
  }

  private int least(float[] x, int at, int from) {
    int least = from;
    float min = weights[from] * x[at + from] * x[at + from];
    for (int i = from + 1; i < from + 8; i++) {
      float error = weights[i] * x[at + i] * x[at + i];
      if (error < min) {
        min = error;
        least = i;
      }
    }
    return least;
  }
}
