package dev.quern.engine;

/// Hears how far a model is loaded. Calls come from several threads, one at a time.
@FunctionalInterface
public interface LoadProgress {
  /// Hears nothing.
  LoadProgress NONE = (done, total) -> {};

  /// So many bytes of weights of `total` are repacked; `done` rises.
  void repacked(long done, long total);
}
