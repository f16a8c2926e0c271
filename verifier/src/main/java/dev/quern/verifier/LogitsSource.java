package dev.quern.verifier;

/// A model that reads tokens one after another and says how likely each next token is.
///
/// Used by one thread at a time.
public interface LogitsSource {
  /// Number of logits at each position.
  int vocabularySize();

  /// Forgets everything that was fed: the next token is at position 0.
  void start();

  /// Reads `tokens[from]` to `tokens[from + count - 1]` at the next positions, and writes the
  /// logits of the last `wanted` of them to `logits[0]` to `logits[wanted * vocabularySize() - 1]`.
  void feed(int[] tokens, int from, int count, int wanted, float[] logits);

  /// Completes the `count` rows of logits that this source, a base, wrote last, when the rows that
  /// a candidate wrote for the same positions are known; called for each candidate.
  ///
  /// A source that knows all of its logits has nothing to do.
  default void complete(float[] logits, float[] candidate, int count) {}

  /// The token that `logits` of one position hold most likely, the first of equals.
  static int likeliest(float[] logits) {
    int likeliest = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[likeliest]) {
        likeliest = i;
      }
    }
    return likeliest;
  }
}
