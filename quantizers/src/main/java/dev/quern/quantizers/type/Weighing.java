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

  /// Weighs `blocks` blocks of `size` weights from `x[at]`, each with `factor` times its own mean
  /// square, to `to[0]` and on. Four blocks at a time are added up side by side, as every sum waits
  /// for the one before it.
  static void weighBlocks(
      float[] x,
      int at,
      int size,
      int blocks,
      float factor,
      float[] importance,
      int from,
      float[] to) {
    int last = at + (blocks - 1) * size;
    for (int b = 0; b < blocks; b += 4) {
      int first = at + b * size;
      int second = Math.min(first + size, last);
      int third = Math.min(second + size, last);
      int fourth = Math.min(third + size, last);
      float sum0 = 0;
      float sum1 = 0;
      float sum2 = 0;
      float sum3 = 0;
      for (int i = 0; i < size; i++) {
        sum0 += x[first + i] * x[first + i];
        sum1 += x[second + i] * x[second + i];
        sum2 += x[third + i] * x[third + i];
        sum3 += x[fourth + i] * x[fourth + i];
      }
      weigh(x, at, first, size, factor * (sum0 / size), importance, from, to);
      if (b + 1 < blocks) {
        weigh(x, at, second, size, factor * (sum1 / size), importance, from, to);
      }
      if (b + 2 < blocks) {
        weigh(x, at, third, size, factor * (sum2 / size), importance, from, to);
      }
      if (b + 3 < blocks) {
        weigh(x, at, fourth, size, factor * (sum3 / size), importance, from, to);
      }
    }
  }

  /// Weighs the block at `x[block]` of those from `x[at]`.
  private static void weigh(
      float[] x,
      int at,
      int block,
      int size,
      float mean,
      float[] importance,
      int from,
      float[] to) {
    weigh(x, block, size, importance, from + block - at, mean, to, block - at);
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
