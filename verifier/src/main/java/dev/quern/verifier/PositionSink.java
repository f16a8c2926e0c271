package dev.quern.verifier;

/// Receives the score of every position, in the order of the text and from one thread.
@FunctionalInterface
public interface PositionSink {
  /// Takes one score.
  void accept(PositionScore score);

  /// Lets every score go.
  static PositionSink none() {
    return _ -> {};
  }
}
