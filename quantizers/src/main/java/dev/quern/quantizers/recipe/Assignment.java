package dev.quern.quantizers.recipe;

import dev.quern.formats.GgmlType;

/// The type that a recipe gives a tensor.
///
/// @param tensor the tensor
/// @param type what it is stored as
/// @param reason why
public record Assignment(TensorFacts tensor, GgmlType type, Reason reason) {

  /// Why a tensor gets its type.
  public sealed interface Reason {
    /// It is never quantized, such as a norm: it stays as it is.
    record Kept() implements Reason {}

    /// The recipe says so.
    record Mix() implements Reason {}

    /// The caller says so.
    ///
    /// @param option the option that does, such as `attn_v=Q8_0` or `--output-tensor-type`
    record Chosen(String option) implements Reason {}

    /// Its rows are not a whole number of blocks of the type that was wanted.
    ///
    /// @param wanted that type
    record Fallback(GgmlType wanted) implements Reason {}
  }
}
