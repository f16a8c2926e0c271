package dev.quern.engine;

/// The arithmetic of routers.
final class Routing {
  private static final float JITTER = 0.01f;

  private Routing() {}

  /// Replaces the first `n` numbers by their shares.
  static void softmax(float[] x, int n) {
    softmax(x, 0, n);
  }

  /// Replaces `n` numbers from `at` by their shares.
  static void softmax(float[] x, int at, int n) {
    float most = x[largest(x, at, at + n)];
    double sum = 0;
    for (int i = at; i < at + n; i++) {
      double e = Math.exp((double) x[i] - most);
      x[i] = (float) e;
      sum += e;
    }
    for (int i = at; i < at + n; i++) {
      x[i] = (float) (x[i] / sum);
    }
  }

  /// Replaces numbers by `1 / (1 + e^-x)`.
  static void sigmoid(float[] x) {
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (1 / (1 + Math.exp(-x[i])));
    }
  }

  /// The index of the largest number from `from` to `to`, the first of equals.
  static int largest(float[] x, int from, int to) {
    int best = from;
    for (int i = from + 1; i < to; i++) {
      if (x[i] > x[best]) {
        best = i;
      }
    }
    return best;
  }

  /// Chooses the largest product and then the largest of the others. Each weighs its share of those
  /// that differ from it by no more than two hundredths of the larger magnitude.
  static void sparseMixer(float[] product, float[] scratch, int[] chosen, float[] weights, int at) {
    for (int i = at; i < at + 2; i++) {
      int best = largest(product, 0, product.length);
      float most = product[best];
      for (int k = 0; k < product.length; k++) {
        float magnitude = Math.max(Math.abs(product[k]), most);
        boolean far = (most - product[k]) / magnitude > 2 * JITTER;
        scratch[k] = far ? Float.NEGATIVE_INFINITY : product[k];
      }
      softmax(scratch, scratch.length);
      chosen[i] = best;
      weights[i] = scratch[best];
      product[best] = Float.NEGATIVE_INFINITY;
    }
  }
}
