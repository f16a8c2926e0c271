package dev.quern.verifier;

/// Told how far a long computation is, from the thread that started it.
@FunctionalInterface
public interface Progress {
  /// `done` of `total` tokens have been read.
  void step(long done, long total);

  /// Nobody is told.
  static Progress none() {
    return (_, _) -> {};
  }
}
