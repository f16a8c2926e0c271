package dev.quern.quantizers.recipe;

import dev.quern.formats.GgmlType;

/// stub.
public record Assignment(String name, GgmlType type, String reason) {
  /// s.
  public boolean isFallback() {
    return false;
  }
}
