package dev.quern.verifier;

import java.util.Arrays;

/// The most likely tokens of a prediction, of equal ones those that come first.
///
/// @param tokens up to five
@SuppressWarnings("ArrayRecordComponent") // never compared, and never leaves the package
record TopTokens(int[] tokens) {
  /// How many are kept of a large vocabulary.
  static final int COUNT = 5;

  /// The top of the logits from `at` on.
  static TopTokens of(float[] logits, int at, int vocabulary) {
    int[] tokens = new int[Math.min(COUNT, vocabulary)];
    Arrays.fill(tokens, -1);
    float least = Float.NEGATIVE_INFINITY;
    int last = tokens.length - 1;
    for (int i = 0; i < vocabulary; i++) {
      float logit = logits[at + i];
      if (logit > least || tokens[last] < 0) {
        insert(tokens, i, logits, at);
        least = tokens[last] < 0 ? Float.NEGATIVE_INFINITY : logits[at + tokens[last]];
      }
    }
    return new TopTokens(tokens);
  }

  private static void insert(int[] tokens, int token, float[] logits, int at) {
    int place = tokens.length - 1;
    while (place > 0
        && (tokens[place - 1] < 0 || logits[at + token] > logits[at + tokens[place - 1]])) {
      tokens[place] = tokens[place - 1];
      place--;
    }
    tokens[place] = token;
  }

  /// How many tokens are in `other` too.
  int shared(TopTokens other) {
    return (int)
        Arrays.stream(tokens)
            .filter(token -> Arrays.stream(other.tokens).anyMatch(one -> one == token))
            .count();
  }
}
