package dev.quern.engine;

/// The arithmetic of routers. NaN is larger than any number, so that what it comes from shows in
/// the result.
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
      if (larger(x[i], x[best])) {
        best = i;
      }
    }
    return best;
  }

  /// Writes the indices of the `n` largest numbers to `chosen` from `at`, the largest first, and
  /// the first of equals before the others. No index is written twice, whatever the numbers are.
  static void choose(float[] x, int[] chosen, int at, int n) {
    int last = at + n - 1;
    for (int i = 0; i < x.length; i++) {
      if (i >= n && !larger(x[i], x[chosen[last]])) {
        continue;
      }
      int to = Math.min(at + i, last);
      for (; to > at && larger(x[i], x[chosen[to - 1]]); to--) {
        chosen[to] = chosen[to - 1];
      }
      chosen[to] = i;
    }
  }

  private static boolean larger(float a, float b) {
    return a > b || (Float.isNaN(a) && !Float.isNaN(b));
  }

  /// Chooses the largest product and then the largest of the others. Each weighs its share of those
  /// that differ from it by no more than two hundredths of the larger magnitude.
  static void sparseMixer(float[] product, float[] scratch, int[] chosen, float[] weights, int at) {
    choose(product, chosen, at, 2);
    for (int i = at; i < at + 2; i++) {
      int best = chosen[i];
      float most = product[best];
      for (int k = 0; k < product.length; k++) {
        float magnitude = Math.max(Math.abs(product[k]), most);
        boolean far = (most - product[k]) / magnitude > 2 * JITTER;
        scratch[k] = far ? Float.NEGATIVE_INFINITY : product[k];
      }
      softmax(scratch, scratch.length);
      weights[i] = scratch[best];
      product[best] = Float.NEGATIVE_INFINITY;
    }
  }
}
