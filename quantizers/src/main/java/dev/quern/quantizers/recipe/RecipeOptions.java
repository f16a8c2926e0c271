package dev.quern.quantizers.recipe;

import dev.quern.formats.*;
import java.util.*;

/// stub.
public record RecipeOptions(
    List<TypeOverride> o, Optional<GgmlType> e, Optional<GgmlType> u, boolean pure) {
  /// s.
  public List<String> unmatched(List<TensorInfo> infos) {
    return List.of();
  }

  /// s.
  public static RecipeOptions defaults() {
    return new RecipeOptions(List.of(), Optional.empty(), Optional.empty(), false);
  }
}
