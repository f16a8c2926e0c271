package dev.quern.formats.quantized;

import dev.quern.formats.DType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.quantized.GroupedColumns.Stored;
import dev.quern.formats.quantized.StoredTensors.Weights;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/// GPTQ as AutoGPTQ, GPTQModel and AutoRound write it: whole numbers of 2, 3, 4 or 8 bits.
///
/// | tensor | rows x columns | content |
/// |---|---|---|
/// | `P.qweight` | inputs * bits / 32 x outputs | the numbers of an output's inputs one below another, lowest bits first |
/// | `P.qzeros` | groups x outputs * bits / 32 | zero points, one less than they are in version 1 (`checkpoint_format` is `gptq`) |
/// | `P.scales` | groups x outputs | scales |
/// | `P.g_idx` | inputs | the group of each input; without it they lie in order |
///
/// The width is told from the extents, since a configuration may except modules. A zero point of
/// version 1 that is all ones stands for 0, as AutoGPTQ has it since 0.5; older releases and
/// llama.cpp take it for one more than the largest.
final class Gptq implements QuantizationMethod {
  private static final Set<Integer> WIDTHS = Set.of(2, 3, 4, 8);

  @Override
  public List<String> names() {
    return List.of("gptq", "auto-round", "intel/auto-round");
  }

  @Override
  public boolean shows(StoredTensors tensors) {
    return !tensors.endingIn(".g_idx").isEmpty() && !tensors.endingIn(".qweight").isEmpty();
  }

  @Override
  public void decode(StoredTensors tensors, ModelConfig settings) {
    String packing = settings.optionalText("packing_format").orElse("");
    if (packing.contains("awq")) {
      new Awq().decode(tensors, settings);
      return;
    }
    String format = settings.optionalText("checkpoint_format").orElse("gptq");
    if (!Set.of("gptq", "gptq_v2").contains(format)) {
      throw new MalformedFileException(
          settings.file(),
          "checkpoint_format is %s, which is not read; read are gptq and gptq_v2"
              .formatted(format));
    }
    int below = format.equals("gptq") ? 1 : 0;
    Optional<Long> size = settings.optionalInteger("group_size").stream().boxed().findFirst();
    for (SourceTensor weight : tensors.endingIn(".qweight")) {
      new Module(tensors, weight, below, size).decode();
    }
  }

  /// A quantized module.
  ///
  /// @param below how much less than they are zero points are stored
  /// @param groupSize inputs of a group as the configuration has it
  private record Module(
      StoredTensors tensors, SourceTensor weight, int below, Optional<Long> groupSize) {

    private void decode() {
      String name = StoredTensors.stem(weight, ".qweight");
      SourceTensor zeros = tensors.require(name + ".qzeros", weight);
      SourceTensor scale = tensors.require(name + ".scales", weight);
      long outputs = weight.shape().rowLength();
      int bits = bits(zeros, outputs);
      int inputs = inputs(bits);
      int count = Math.toIntExact(Math.min(Integer.MAX_VALUE, scale.shape().rows()));
      StoredTensors.checkShape(scale, Shape.of(outputs, count), weight);
      StoredTensors.checkShape(zeros, Shape.of(outputs * bits / 32, count), weight);
      int perGroup = GroupSize.of(groupSize, inputs, scale);
      Optional<SourceTensor> index = tensors.find(name + ".g_idx");
      Optional<IntUnaryOperator> groups =
          index.flatMap(one -> Groups.of(one, weight, inputs, perGroup, count));
      tensors.requireKept(weight);
      GroupedColumns decoder =
          new GroupedColumns(
              inputs,
              perGroup,
              groups.orElse(null),
              count,
              StoredTensors.numbers(scale, DType.F16, DType.BF16, DType.F32),
              outputs,
              weights(bits, outputs),
              zeros(zeros, bits));
      String encoding = decoder.display("GPTQ " + bits + " bit");
      Shape shape = Shape.of(inputs, outputs);
      Weights made = new Weights(name + ".weight", scale.dtype(), shape, decoder, encoding, null);
      tensors.replace(weight, made, zeros.name(), scale.name(), name + ".g_idx");
    }

    private int bits(SourceTensor zeros, long outputs) {
      long words = zeros.shape().rowLength();
      for (int bits : WIDTHS) {
        if (words > 0 && words * 32 == outputs * bits) {
          return bits;
        }
      }
      throw StoredTensors.malformed(
          zeros,
          "has %d words for %d outputs, wanted 2, 3, 4 or 8 bits for each"
              .formatted(words, outputs));
    }

    private int inputs(int bits) {
      long words = weight.shape().rows();
      if (words < 1 || words * 32 % bits != 0 || words > Integer.MAX_VALUE / 32) {
        throw StoredTensors.malformed(
            weight,
            "has %d words for each output, which are no numbers of %d bits".formatted(words, bits));
      }
      return Math.toIntExact(words * 32 / bits);
    }

    private Stored weights(int bits, long outputs) {
      Bits numbers = new Bits(StoredTensors.numbers(weight, DType.I32).bytes(), bits, outputs);
      return (input, output) -> numbers.at(output, input);
    }

    private Stored zeros(SourceTensor zeros, int bits) {
      Bits numbers = new Bits(StoredTensors.numbers(zeros, DType.I32).bytes(), bits, 1);
      long words = zeros.shape().rowLength();
      int mask = (1 << bits) - 1;
      return (group, output) -> numbers.at(group * words, output) + below & mask;
    }
  }
}
