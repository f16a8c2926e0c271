package dev.quern.quantizers.recipe;

import dev.quern.formats.*;
import java.util.*;

/// stub.
public record Recipe(String name, int fileType, GgmlType type) {
  /// s.
  public static Recipe named(String s) {
    return switch (s) {
      case "F32" -> new Recipe(s, 0, GgmlType.F32);
      case "F16" -> new Recipe(s, 1, GgmlType.F16);
      case "BF16" -> new Recipe(s, 32, GgmlType.BF16);
      case "Q8_0" -> new Recipe(s, 7, GgmlType.Q8_0);
      case "Q4_K_M" -> new Recipe(s, 15, GgmlType.Q4_K);
      default -> throw new IllegalArgumentException(s);
    };
  }

  /// s.
  public boolean isUnquantized() {
    return !type.isQuantized();
  }

  /// s.
  public List<Assignment> assign(ModelFacts m, List<TensorFacts> ts, RecipeOptions o) {
    return ts.stream()
        .map(t -> new Assignment(t.name(), t.shape().rank() == 1 ? GgmlType.F32 : type, "stub"))
        .toList();
  }
}
