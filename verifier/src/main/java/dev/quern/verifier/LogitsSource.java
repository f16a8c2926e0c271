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
}
