package dev.quern.verifier;

/// Told how far a long computation is, from any of its threads.
@FunctionalInterface
public interface Progress {
  /// `done` of `total` tokens, or bytes, have been read.
  void step(long done, long total);

  /// Nobody is told.
  static Progress none() {
    return (_, _) -> {};
  }
}
