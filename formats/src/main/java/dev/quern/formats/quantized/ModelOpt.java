package dev.quern.formats.quantized;

import dev.quern.formats.DType;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.Optional;

/// What NVIDIA's Model Optimizer writes.
///
/// | tensor | FP8 | NVFP4 |
/// |---|---|---|
/// | `P.weight` | floats of 8 bits | two floats of 4 bits in a byte |
/// | `P.weight_scale` | one number, or one for each row or block | FP8 E4M3, one for each 16 weights of a row |
/// | `P.weight_scale_2` | | what all scales are multiplied with |
/// | `P.input_scale` | | what inputs are scaled by when they are rounded to 4 bits |
final class ModelOpt implements QuantizationMethod {
  @Override
  public List<String> names() {
    return List.of("modelopt", "modelopt_fp4", "modelopt_mixed");
  }

  @Override
  public boolean shows(StoredTensors tensors) {
    return !tensors.endingIn(".weight_scale_2").isEmpty();
  }

  @Override
  public void decode(StoredTensors tensors, ModelConfig settings) {
    for (SourceTensor scale : tensors.endingIn(".weight_scale")) {
      String name = StoredTensors.stem(scale, "_scale");
      SourceTensor weight = tensors.require(name, scale);
      if (weight.dtype() == DType.U8) {
        decodeNvfp4(tensors, weight, scale);
      } else {
        Numbers numbers = StoredTensors.numbers(weight, DType.F8_E4M3);
        ScaledWeights made =
            new ScaledWeights(
                weight,
                weight.shape(),
                "ModelOpt FP8 E4M3",
                Elements.plain(numbers),
                scale,
                List.of());
        tensors.replace(weight, made.weights(name), scale.name());
      }
    }
  }

  private static void decodeNvfp4(StoredTensors tensors, SourceTensor weight, SourceTensor scale) {
    StoredTensors.numbers(scale, DType.F8_E4M3);
    long columns = Math.multiplyExact(2, weight.shape().rowLength());
    Shape shape = Shape.of(columns, weight.shape().rows());
    Elements elements = Elements.smallFloats(StoredTensors.bytes(weight));
    ScaledWeights made =
        new ScaledWeights(weight, shape, "ModelOpt NVFP4", elements, scale, List.of())
            .to(DType.BF16);
    if (made.grid().columnsPer() != 16 || made.grid().rowsPer() != 1) {
      throw StoredTensors.malformed(
          scale, "is %s, wanted a scale for each 16 weights".formatted(scale.shape()));
    }
    String second = scale.name() + "_2";
    Optional<Float> global = tensors.find(second).map(StoredTensors::single);
    global.ifPresent(made::scalesTimes);
    String module = StoredTensors.stem(weight, "weight");
    Optional<Float> inputs = tensors.find(module + "input_scale").map(StoredTensors::single);
    made.blocks(Nvfp4Blocks.of(weight, scale, shape, global.orElse(1f), inputs.orElse(1f)));
    tensors.replace(weight, made.weights(weight.name()), scale.name(), second);
  }
}
