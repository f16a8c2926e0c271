package dev.quern.quantizers.recipe;

import dev.quern.formats.GgmlType;

/// What takes the place of a type whose blocks do not divide a tensor's rows.
final class Fallbacks {
  private Fallbacks() {}

  /// The type nearest to `wanted` that the rows of `tensor` can have: one with blocks of 32, or
  /// else F16.
  static GgmlType of(TensorFacts tensor, GgmlType wanted) {
    GgmlType replacement =
        switch (wanted) {
          case IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S, IQ4_XS -> GgmlType.IQ4_NL;
          case Q2_0, Q2_K, Q3_K, TQ1_0, TQ2_0 -> GgmlType.Q4_0;
          case Q4_K -> GgmlType.Q5_0;
          case Q5_K -> GgmlType.Q5_1;
          case Q6_K -> GgmlType.Q8_0;
          case Q1_0 -> throw new IllegalArgumentException(noneFor(tensor, wanted));
          default -> GgmlType.F16;
        };
    return replacement.divides(tensor.shape().rowLength()) ? replacement : GgmlType.F16;
  }

  private static String noneFor(TensorFacts tensor, GgmlType wanted) {
    return "%s: rows of %d weights are no whole %s blocks, and no other type takes their place"
        .formatted(tensor.name(), tensor.shape().rowLength(), wanted);
  }
}
