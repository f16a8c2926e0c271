package dev.quern.formats.architecture;

import dev.quern.formats.ModelView;
import dev.quern.formats.architecture.BlockTraits.Norm;
import java.util.List;

/// What the engine must know of a decoder before it looks at a tensor; every number is checked for
/// itself and against the others, but not yet against the tensors.
///
/// @param architecture the id in `general.architecture`
/// @param contextLength positions that the model was trained for
/// @param hiddenLength length of the vectors between blocks
/// @param embedding how tokens become vectors
/// @param blocks how each block computes, in order
/// @param output how vectors become logits
public record DecoderTraits(
    String architecture,
    int contextLength,
    int hiddenLength,
    Embedding embedding,
    List<BlockTraits> blocks,
    Output output) {

  public DecoderTraits {
    blocks = List.copyOf(blocks);
  }

  /// How tokens become vectors. If the model has a normalization of embeddings or a table of
  /// positions, they are used.
  ///
  /// @param scale what a token's vector is multiplied with
  public record Embedding(float scale) {}

  /// How vectors become logits.
  ///
  /// @param norm the last normalization
  /// @param scale what logits are multiplied with
  /// @param softCap then they become `softCap · tanh(x / softCap)`; 0 for no cap
  public record Output(Norm norm, float scale, float softCap) {}

  /// Reads the hyper-parameters of `view`.
  ///
  /// @throws dev.quern.formats.MalformedFileException if its architecture cannot be run, or a
  ///   number is missing or makes no sense
  public static DecoderTraits of(ModelView view) {
    return RunnableFamilies.read(view);
  }
}
