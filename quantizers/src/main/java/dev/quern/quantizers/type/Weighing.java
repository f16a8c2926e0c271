package dev.quern.quantizers.type;

/// How much the error of a weight counts where its column's importance is known: the importance
/// times the root of a mean square plus the weight's own square.
final class Weighing {
  private Weighing() {}

  /// The mean square of `n` weights, added up one after the other.
  static float meanSquare(float[] x, int at, int n) {
    float sum = 0;
    for (int i = at; i < at + n; i++) {
      sum += x[i] * x[i];
    }
    return sum / n;
  }

  /// Weighs `n` weights from `x[at]` by `importance[from]` and on.
  static void weigh(
      float[] x, int at, int n, float[] importance, int from, float mean, float[] to, int start) {
    for (int i = 0; i < n; i++) {
      float v = x[at + i];
      to[start + i] = importance[from + i] * (float) Math.sqrt(mean + v * v);
    }
  }

  /// Puts the sums of each `size` of `n` weights to `sums[start]` and on.
  static void sum(float[] weights, int at, int n, int size, float[] sums, int start) {
    for (int j = 0; j < n / size; j++) {
      float sum = 0;
      for (int i = at + j * size; i < at + (j + 1) * size; i++) {
        sum += weights[i];
      }
      sums[start + j] = sum;
    }
  }
}
