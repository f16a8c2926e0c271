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

/// AWQ as AutoAWQ writes it, version GEMM: whole numbers of 4 bits.
///
/// | tensor | rows x columns | content |
/// |---|---|---|
/// | `P.qweight` | inputs x outputs / 8 | the numbers of eight outputs in a word |
/// | `P.qzeros` | groups x outputs / 8 | zero points likewise |
/// | `P.scales` | groups x outputs | scales |
///
/// The nibbles of a word, lowest first, belong to outputs 0, 2, 4, 6, 1, 3, 5, 7.
final class Awq implements QuantizationMethod {
  /// The nibble of each output.
  private static final int[] NIBBLES = {0, 4, 1, 5, 2, 6, 3, 7};

  @Override
  public List<String> names() {
    return List.of("awq");
  }

  @Override
  public boolean shows(StoredTensors tensors) {
    return tensors.endingIn(".g_idx").isEmpty() && !tensors.endingIn(".qzeros").isEmpty();
  }

  @Override
  public void decode(StoredTensors tensors, ModelConfig settings) {
    String version = settings.optionalText("version").orElse("gemm");
    if (!version.equalsIgnoreCase("gemm")) {
      throw new MalformedFileException(
          settings.file(), "AWQ of version %s is not read; read is gemm".formatted(version));
    }
    Optional<Long> size =
        settings.optionalInteger("group_size", "q_group_size").stream().boxed().findFirst();
    for (SourceTensor weight : tensors.endingIn(".qweight")) {
      decode(tensors, weight, size);
    }
  }

  private static void decode(StoredTensors tensors, SourceTensor weight, Optional<Long> size) {
    String name = StoredTensors.stem(weight, ".qweight");
    SourceTensor zeros = tensors.require(name + ".qzeros", weight);
    SourceTensor scale = tensors.require(name + ".scales", weight);
    long words = weight.shape().rowLength();
    long outputs = Math.multiplyExact(8, words);
    int inputs = Math.toIntExact(Math.min(Integer.MAX_VALUE, weight.shape().rows()));
    long groups = scale.shape().rows();
    StoredTensors.checkShape(scale, Shape.of(outputs, groups), weight);
    StoredTensors.checkShape(zeros, Shape.of(words, groups), weight);
    int perGroup = GroupSize.of(size, inputs, scale);
    tensors.requireKept(weight);
    GroupedColumns decoder =
        new GroupedColumns(
            inputs,
            perGroup,
            null,
            Math.toIntExact(groups),
            StoredTensors.numbers(scale, DType.F16, DType.BF16, DType.F32),
            outputs,
            stored(weight, words),
            stored(zeros, words));
    String encoding = decoder.display("AWQ 4 bit");
    Shape shape = Shape.of(inputs, outputs);
    Weights made = new Weights(name + ".weight", scale.dtype(), shape, decoder, encoding, null);
    tensors.replace(weight, made, zeros.name(), scale.name());
  }

  private static Stored stored(SourceTensor tensor, long words) {
    Bits numbers = new Bits(StoredTensors.numbers(tensor, DType.I32).bytes(), 4, 1);
    return (row, output) -> numbers.at(row * words + output / 8, NIBBLES[(int) (output % 8)]);
  }
}
