package dev.quern.formats.adapter;

import dev.quern.formats.SourceTensor;
import java.util.Optional;

/// What an adapter adds to one module.
///
/// @param name the module as the adapter calls it
/// @param down the first factor, `A`: its first extent in the file is the rank
/// @param up the second factor, `B`: its last extent in the file is the rank
/// @param rank inner extent of the product, at least 1
/// @param alpha finite; what the scale comes from
/// @param rankStabilized true if the scale is `alpha / sqrt(rank)`, false if `alpha / rank`
/// @param transposed true if the weight is stored as inputs x outputs, or tokens x length
/// @param magnitude the lengths that DoRA gives the weights of each output
/// @param bias what is added to the bias of the module, scaled
public record LoraModule(
    String name,
    SourceTensor down,
    SourceTensor up,
    int rank,
    double alpha,
    boolean rankStabilized,
    boolean transposed,
    Optional<SourceTensor> magnitude,
    Optional<SourceTensor> bias) {

  /// What the product is multiplied with, in the order of PEFT's operations.
  ///
  /// @param weight how much of the adapter is wanted, 1 for all
  public double scale(double weight) {
    return weight * alpha / (rankStabilized ? Math.sqrt(rank) : rank);
  }

  /// Outputs of the module: the rows of `B`.
  public long outputs() {
    return up.shape().elements() / rank;
  }

  /// Inputs of the module: the columns of `A`, those of all points of a convolution's kernel.
  public long inputs() {
    return down.shape().elements() / rank;
  }

  /// True if the module is an embedding.
  public boolean isEmbedding() {
    return down.name().contains(".lora_embedding_A");
  }
}
