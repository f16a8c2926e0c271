package dev.quern.engine;

import java.util.Arrays;
import java.util.Random;

/// Picks tokens from logits. Not for use by two threads at once.
///
/// Tokens are ranked by logit, ties by the lower id; the ranking is cut by top-k, then by top-p on
/// the probabilities at the given temperature, and one of the rest is drawn.
public final class Sampler {
  private final SamplingOptions options;
  private final Random random;
  private long[] ranking = {};
  private double[] weights = {};

  /// A sampler at the start of its random numbers.
  public Sampler(SamplingOptions options) {
    this.options = options;
    this.random = new Random(options.seed());
  }

  /// The next token, an index of `logits`; NaN is never picked.
  ///
  /// @throws IllegalArgumentException if there is no number among the logits
  public int sample(float[] logits) {
    if (options.temperature() == 0 || options.topK() == 1) {
      return mostLikely(logits);
    }
    int kept = rank(logits);
    int count = options.topK() == 0 ? kept : Math.min(options.topK(), kept);
    double total = weigh(logits, count);
    count = cutAtProbability(count, total);
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weights[i];
    }
    double left = random.nextDouble() * sum;
    for (int i = 0; i < count - 1; i++) {
      left -= weights[i];
      if (left < 0) {
        return token(i);
      }
    }
    return token(count - 1);
  }

  private static int mostLikely(float[] logits) {
    int best = -1;
    for (int i = 0; i < logits.length; i++) {
      if (!Float.isNaN(logits[i]) && (best < 0 || logits[i] > logits[best])) {
        best = i;
      }
    }
    return checked(best);
  }

  /// Fills `ranking` with the tokens by falling logit, then rising id; returns how many there are.
  private int rank(float[] logits) {
    if (ranking.length < logits.length) {
      ranking = new long[logits.length];
      weights = new double[logits.length];
    }
    int kept = 0;
    for (int i = 0; i < logits.length; i++) {
      if (!Float.isNaN(logits[i])) {
        int bits = Float.floatToIntBits(logits[i] + 0f); // -0 ranks as 0
        int rising = bits ^ (bits >> 31 & 0x7fffffff);
        ranking[kept++] = (long) ~rising << 32 | i;
      }
    }
    checked(kept - 1);
    Arrays.sort(ranking, 0, kept);
    return kept;
  }

  private double weigh(float[] logits, int count) {
    double highest = logits[token(0)];
    double total = 0;
    for (int i = 0; i < count; i++) {
      double below = logits[token(i)] - highest;
      weights[i] = below == 0 || i == 0 ? 1 : Math.exp(below / options.temperature());
      total += weights[i];
    }
    return total;
  }

  private int cutAtProbability(int count, double total) {
    double reached = 0;
    int kept = 0;
    while (kept < count && (kept == 0 || reached < options.topP() * total)) {
      reached += weights[kept++];
    }
    return kept;
  }

  private int token(int rank) {
    return (int) ranking[rank];
  }

  private static int checked(int index) {
    if (index < 0) {
      throw new IllegalArgumentException("no logit is a number");
    }
    return index;
  }
}
