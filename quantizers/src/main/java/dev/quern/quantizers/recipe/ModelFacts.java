package dev.quern.quantizers.recipe;

import dev.quern.formats.*;

/// stub.
public record ModelFacts(String arch) {
  /// s.
  public static ModelFacts of(String a, Metadata m) {
    return new ModelFacts(a);
  }
}
