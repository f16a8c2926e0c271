package dev.quern.verifier.arrow;

import java.util.Arrays;

/// The most likely tokens of a row of logits and the one that follows, with their
/// log-probabilities, and what all others have together.
final class TopTokens {
  private final int vocabulary;
  private final int count;
  private final int[] tokens;
  private final float[] values;

  /// Numbers that are in the order of logits, with their tokens in the lower half.
  private final long[] order;

  private double rest;

  /// Room for `count` of `vocabulary` tokens; with all of them they keep their order.
  TopTokens(int vocabulary, int count) {
    this.vocabulary = vocabulary;
    this.count = count;
    tokens = new int[count];
    values = new float[count];
    order = new long[count < vocabulary ? vocabulary : 0];
  }

  /// Looks at the logits from `at` on; `follower` is always among the tokens.
  void select(float[] logits, int at, int follower) {
    float peak = logits[at];
    for (int i = 1; i < vocabulary; i++) {
      peak = Math.max(peak, logits[at + i]);
    }
    double sum = 0;
    for (int i = 0; i < vocabulary; i++) {
      sum += Math.exp((double) logits[at + i] - peak);
    }
    double logSum = peak + Math.log(sum);
    choose(logits, at, follower);
    for (int i = 0; i < count; i++) {
      values[i] = (float) (logits[at + tokens[i]] - logSum);
    }
    if (count < vocabulary) {
      addRest(logits, at, logSum);
    }
  }

  private void choose(float[] logits, int at, int follower) {
    if (count == vocabulary) {
      Arrays.setAll(tokens, i -> i);
      return;
    }
    for (int i = 0; i < vocabulary; i++) {
      int bits = Float.floatToIntBits(logits[at + i]);
      int ascending = bits ^ ((bits >> 31) & Integer.MAX_VALUE); // the order of floats as integers
      order[i] = ((long) ascending << 32) | i;
    }
    Arrays.sort(order);
    boolean found = false;
    for (int i = 0; i < count; i++) {
      tokens[i] = (int) order[vocabulary - 1 - i];
      found |= tokens[i] == follower;
    }
    if (!found) {
      tokens[count - 1] = follower;
    }
  }

  private void addRest(float[] logits, int at, double logSum) {
    double sum = 0;
    for (int i = 0; i <= vocabulary - count; i++) {
      int token = (int) order[i];
      // the last place of the chosen may have been given to the follower
      boolean chosen = token == tokens[count - 1];
      sum += chosen ? 0 : Math.exp(logits[at + token] - logSum);
    }
    rest = Math.log(sum);
  }

  int token(int index) {
    return tokens[index];
  }

  float logProbability(int index) {
    return values[index];
  }

  /// Natural logarithm of what all other tokens have together.
  float rest() {
    return (float) rest;
  }
}
