package dev.quern.verifier;

import dev.quern.formats.MetadataValue;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A metadata key that two models do not agree on.
///
/// @param key the key
/// @param firstValue in the first model, `null` if it has none
/// @param secondValue in the second model, `null` if it has none
public record MetadataDifference(
    String key, @Nullable MetadataValue firstValue, @Nullable MetadataValue secondValue) {

  /// The value in the first model.
  public Optional<MetadataValue> first() {
    return Optional.ofNullable(firstValue);
  }

  /// The value in the second model.
  public Optional<MetadataValue> second() {
    return Optional.ofNullable(secondValue);
  }
}
