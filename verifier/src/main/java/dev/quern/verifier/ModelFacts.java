package dev.quern.verifier;

import dev.quern.formats.ModelView;
import dev.quern.formats.TensorInfo;

/// What a report says of a model apart from its quality.
///
/// @param name what the reader knows it by, such as its file name
/// @param bytes of its file or files
/// @param weights number of them, in all tensors
/// @param bitsPerWeight bits of all tensors over all weights
public record ModelFacts(String name, long bytes, long weights, double bitsPerWeight) {

  /// The facts of `model`, whose files have `bytes` bytes.
  public static ModelFacts of(String name, long bytes, ModelView model) {
    long weights = 0;
    long tensorBytes = 0;
    for (TensorInfo tensor : model.tensors()) {
      weights = Math.addExact(weights, tensor.shape().elements());
      tensorBytes = Math.addExact(tensorBytes, tensor.bytes());
    }
    if (weights == 0) {
      throw new IllegalArgumentException(model.name() + ": no weights");
    }
    return new ModelFacts(name, bytes, weights, 8.0 * tensorBytes / weights);
  }
}
