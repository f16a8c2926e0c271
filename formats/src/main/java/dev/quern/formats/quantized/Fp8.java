package dev.quern.formats.quantized;

import dev.quern.formats.DType;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.quantized.ScaleGrid.Part;
import java.util.List;

/// Floats of 8 bits under a scale for each block, row or tensor, as DeepSeek, Mistral and FBGEMM
/// publish them.
///
/// | weight | its scale |
/// |---|---|
/// | `P.weight` | `P.weight_scale_inv`, despite its name multiplied with; blocks of `weight_block_size` |
/// | `P.gate_up_proj` | `P.gate_up_proj_scale_inv`, for all experts |
/// | `P.weight` | `P.qscale_weight` (Mistral's own files) |
/// | `P.weight` | `P.weight_scale` (FBGEMM), one for each row |
final class Fp8 implements QuantizationMethod {
  @Override
  public List<String> names() {
    return List.of("fp8", "fbgemm_fp8");
  }

  @Override
  public boolean shows(StoredTensors tensors) {
    return !tensors.endingIn(".weight_scale_inv").isEmpty()
        || !tensors.endingIn(".qscale_weight").isEmpty();
  }

  @Override
  public void decode(StoredTensors tensors, ModelConfig settings) {
    List<Long> block = settings.integers("weight_block_size");
    List<Part> parts =
        block.size() == 2 ? List.of(new Part(block.get(0), block.get(1))) : List.of();
    for (String suffix : List.of("_scale_inv", ".qscale_weight", ".weight_scale")) {
      for (SourceTensor scale : tensors.endingIn(suffix)) {
        String module = StoredTensors.stem(scale, suffix);
        String name = suffix.equals("_scale_inv") ? module : module + ".weight";
        decode(tensors, tensors.require(name, scale), scale, parts);
      }
    }
  }

  private static void decode(
      StoredTensors tensors, SourceTensor weight, SourceTensor scale, List<Part> parts) {
    Numbers numbers = StoredTensors.numbers(weight, DType.F8_E4M3, DType.F8_E5M2);
    String type = weight.dtype() == DType.F8_E4M3 ? "FP8 E4M3" : "FP8 E5M2";
    ScaledWeights made =
        new ScaledWeights(weight, weight.shape(), type, Elements.plain(numbers), scale, parts);
    tensors.replace(weight, made.weights(weight.name()), scale.name());
  }
}
