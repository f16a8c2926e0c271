package dev.quern.formats.architecture;

import java.util.List;

/// What happens to the weights of a source tensor on their way into a GGUF: a description, which
/// the converter carries out row by row.
public sealed interface Transform {
  /// The weights as they are.
  record Keep() implements Transform {}

  /// The rows of each of `heads` heads are reordered from halves to pairs: Hugging Face rotates row
  /// `i` of a head together with row `i + length / 2`, GGML rotates neighbours, so row `2 i + p` of
  /// a head in the GGUF is row `p * length / 2 + i` of it in the source. A vector is permuted
  /// element by element. Source: `LlamaModel.permute` of llama.cpp's converter.
  ///
  /// @param heads how many heads lie one after another; divides the rows into even parts
  record PermuteRotary(int heads) implements Transform {}

  /// No source: these numbers.
  ///
  /// @param values the weights in order
  record Constant(List<Float> values) implements Transform {
    public Constant {
      values = List.copyOf(values);
    }
  }
}
