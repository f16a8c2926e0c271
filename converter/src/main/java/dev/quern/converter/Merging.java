package dev.quern.converter;

import dev.quern.converter.overlay.AddedRows;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/// What is added to the weights of a checkpoint when they are read.
///
/// @param delta the folder or file of a published difference, whose configuration and tokenizer the
///   result has
/// @param added what the base has in rows that only the difference has; when empty, what the
///   difference's type suggests
/// @param checksum what the sum of all weights must be, within [#TOLERANCE]
public record Merging(Optional<Path> delta, Optional<AddedRows> added, OptionalDouble checksum) {
  /// How far from a checksum the sum of all weights may be: what Alpaca's publishers allow.
  public static final double TOLERANCE = 1e-2;

  /// Nothing is added.
  public static final Merging NONE =
      new Merging(Optional.empty(), Optional.empty(), OptionalDouble.empty());

  /// True if weights stay as they are.
  public boolean isNothing() {
    return delta.isEmpty();
  }
}
