package dev.quern.engine;

import dev.quern.engine.kernel.FloatLoops;
import dev.quern.engine.kernel.Softmax;
import java.util.Arrays;

/// What some queries have seen so far: for each the largest score, the sum of the weights under it,
/// and the values times their weights.
final class AttentionSums {
  private final int stride;
  private final float[] largest;
  private final float[] totals;

  /// Weighted values, a query after another.
  final float[] results;

  /// @param stride elements of a value, padded to whole vectors
  AttentionSums(int rows, int stride) {
    this.stride = stride;
    this.largest = new float[rows];
    this.totals = new float[rows];
    this.results = new float[Math.multiplyExact(rows, stride)];
  }

  /// Forgets what the first `rows` queries have seen.
  void clear(int rows) {
    Arrays.fill(largest, 0, rows, Softmax.LOWEST);
    Arrays.fill(totals, 0, rows, 0);
    Arrays.fill(results, 0, rows * stride, 0);
  }

  /// Turns `n` scores of a query into weights under its largest score, and counts them.
  void weigh(int row, float[] scores, int at, int n) {
    float before = largest[row];
    float now = Softmax.max(scores, at, n, before);
    float sum = Softmax.exponentials(scores, at, n, now);
    if (now == before) {
      totals[row] += sum;
      return;
    }
    float shrink = (float) Math.exp(before - now);
    largest[row] = now;
    totals[row] = totals[row] * shrink + sum;
    FloatLoops.scale(results, row * stride, shrink, stride);
  }

  /// Adds what the same queries have seen elsewhere.
  void add(AttentionSums other, int rows) {
    for (int row = 0; row < rows; row++) {
      float now = Math.max(largest[row], other.largest[row]);
      float mine = (float) Math.exp(largest[row] - now);
      float others = (float) Math.exp(other.largest[row] - now);
      largest[row] = now;
      totals[row] = totals[row] * mine + other.totals[row] * others;
      int end = (row + 1) * stride;
      for (int i = row * stride; i < end; i++) {
        results[i] = results[i] * mine + other.results[i] * others;
      }
    }
  }

  /// Lets a query see a place with a score and nothing in it.
  void sink(int row, float score) {
    float now = Math.max(largest[row], score);
    float shrink = (float) Math.exp(largest[row] - now);
    largest[row] = now;
    totals[row] = totals[row] * shrink + (float) Math.exp(score - now);
    FloatLoops.scale(results, row * stride, shrink, stride);
  }

  /// Writes the mean of the values that a query has seen to `out`.
  void mean(int row, float[] out, int to, int n) {
    float share = 1 / totals[row];
    for (int i = 0; i < n; i++) {
      out[to + i] = results[row * stride + i] * share;
    }
  }
}
