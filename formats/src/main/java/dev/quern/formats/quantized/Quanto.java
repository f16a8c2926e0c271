package dev.quern.formats.quantized;

import dev.quern.formats.DType;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// What optimum-quanto writes with 8 bits: `P.weight._data`, signed bytes or FP8, and
/// `P.weight._scale`, one for each row.
final class Quanto implements QuantizationMethod {
  @Override
  public List<String> names() {
    return List.of("quanto");
  }

  @Override
  public boolean shows(StoredTensors tensors) {
    return !tensors.endingIn(".weight._data").isEmpty();
  }

  @Override
  public void decode(StoredTensors tensors, ModelConfig settings) {
    for (SourceTensor packed : tensors.endingIn("._data._data")) {
      throw StoredTensors.malformed(
          packed, "is packed by quanto with fewer than 8 bits, which is not read");
    }
    for (SourceTensor weight : tensors.endingIn("._data")) {
      String name = StoredTensors.stem(weight, "._data");
      SourceTensor scale = tensors.require(name + "._scale", weight);
      Numbers numbers = StoredTensors.numbers(weight, DType.I8, DType.F8_E4M3, DType.F8_E5M2);
      ScaledWeights made =
          new ScaledWeights(
              weight,
              weight.shape(),
              "quanto " + (weight.dtype() == DType.I8 ? "INT8" : "FP8"),
              Elements.plain(numbers),
              scale,
              List.of());
      tensors.replace(weight, made.weights(name), scale.name());
    }
  }
}
