package dev.quern.formats.quantized;

import dev.quern.formats.DType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.quantized.ScaleGrid.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What the library compressed-tensors writes (vLLM, LLM Compressor).
///
/// | tensor | content |
/// |---|---|
/// | `P.weight` | `float-quantized`, `int-quantized`, `naive-quantized`: FP8 or signed bytes |
/// | `P.weight_packed`, `P.weight_shape` | `pack-quantized`: as many numbers in a word of 32 bits as fit, the lowest first, raised by half their range; rows and columns |
/// | `P.weight_packed` | `nvfp4-pack-quantized`, `mxfp4-pack-quantized`: two floats of 4 bits in a byte |
/// | `P.weight_scale` | one, or one for each row, group of columns, or block |
/// | `P.weight_zero_point` | as the scales; packed along the rows in `pack-quantized` |
/// | `P.weight_g_idx` | the group of each column, -1 throughout if they lie in order |
/// | `P.weight_global_scale` | FP4: what the scales are divided by |
/// | `P.input_global_scale` | FP4: what inputs are divided by when they are rounded to 4 bits |
///
/// Groups of the configuration may give modules different widths and group sizes; both are told
/// from the extents of a module's own tensors.
final class CompressedTensors implements QuantizationMethod {
  private static final Set<String> FORMATS =
      Set.of(
          "dense",
          "float-quantized",
          "int-quantized",
          "naive-quantized",
          "pack-quantized",
          "nvfp4-pack-quantized",
          "mxfp4-pack-quantized",
          "mixed-precision");

  @Override
  public List<String> names() {
    return List.of("compressed-tensors");
  }

  @Override
  public boolean shows(StoredTensors tensors) {
    return !tensors.endingIn(".weight_packed").isEmpty();
  }

  @Override
  public void decode(StoredTensors tensors, ModelConfig settings) {
    List<ModelConfig> schemes = schemes(settings);
    List<Part> parts = parts(schemes);
    Set<Long> widths = new TreeSet<>();
    schemes.forEach(scheme -> scheme.optionalInteger("num_bits").ifPresent(widths::add));
    for (SourceTensor packed : tensors.endingIn(".weight_packed")) {
      String name = StoredTensors.stem(packed, "_packed");
      CompressedModule module = new CompressedModule(tensors, packed, name, parts);
      if (packed.dtype() == DType.U8) {
        module.decodeSmallFloats();
      } else {
        module.decodePacked(widths);
      }
    }
    for (SourceTensor scale : tensors.endingIn(".weight_scale")) {
      String name = StoredTensors.stem(scale, "_scale");
      if (tensors.find(name + "_packed").isEmpty()) {
        new CompressedModule(tensors, tensors.require(name, scale), name, parts).decodeBytes();
      }
    }
  }

  /// How the groups of modules say that weights are quantized.
  private static List<ModelConfig> schemes(ModelConfig settings) {
    checkFormat(settings);
    List<ModelConfig> schemes = new ArrayList<>();
    settings
        .object("config_groups")
        .ifPresent(
            groups -> {
              for (String key : groups.keys()) {
                Optional<ModelConfig> group = groups.object(key);
                group.ifPresent(CompressedTensors::checkFormat);
                group.flatMap(one -> one.object("weights")).ifPresent(schemes::add);
              }
            });
    return schemes;
  }

  private static void checkFormat(ModelConfig settings) {
    settings
        .optionalText("format")
        .filter(format -> !FORMATS.contains(format))
        .ifPresent(
            format -> {
              throw new MalformedFileException(
                  settings.file(),
                  "weights are compressed as %s, which is not read; read are %s"
                      .formatted(format, String.join(", ", new TreeSet<>(FORMATS))));
            });
  }

  private static List<Part> parts(List<ModelConfig> schemes) {
    List<Part> parts = new ArrayList<>();
    for (ModelConfig scheme : schemes) {
      List<Long> block = scheme.integers("block_structure");
      if (block.size() == 2) {
        parts.add(new Part(block.get(0), block.get(1)));
      }
      scheme.optionalInteger("group_size").ifPresent(size -> parts.add(new Part(1, size)));
    }
    return parts;
  }
}
