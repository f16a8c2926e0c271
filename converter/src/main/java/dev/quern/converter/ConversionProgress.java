package dev.quern.converter;

/// Hears how far a conversion is.
@FunctionalInterface
public interface ConversionProgress {
  /// `done` of `total` weights are written; called from any worker, after every part.
  void step(long done, long total);
}
