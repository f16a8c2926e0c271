package dev.quern.formats.quantized;

import dev.quern.formats.DType;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// MXFP4 as gpt-oss is published: `P_blocks`, bytes of two floats of 4 bits, 16 in a block, and
/// `P_scales`, an exponent for each block.
///
/// The weights keep the name `P_blocks`, since their rows are the outputs of a matrix: what an
/// unquantized checkpoint calls `P` has them transposed.
final class Mxfp4 implements QuantizationMethod {
  @Override
  public List<String> names() {
    return List.of("mxfp4");
  }

  @Override
  public boolean shows(StoredTensors tensors) {
    return tensors.endingIn("_blocks").stream().anyMatch(one -> one.dtype() == DType.U8);
  }

  @Override
  public void decode(StoredTensors tensors, ModelConfig settings) {
    for (SourceTensor blocks : tensors.endingIn("_blocks")) {
      String module = StoredTensors.stem(blocks, "_blocks");
      decode(tensors, blocks, tensors.require(module + "_scales", blocks));
    }
  }

  private static void decode(StoredTensors tensors, SourceTensor blocks, SourceTensor scale) {
    Numbers numbers = StoredTensors.numbers(blocks, DType.U8);
    Numbers exponents = StoredTensors.numbers(scale, DType.U8, DType.F8_E8M0);
    List<Long> stored = blocks.shape().extents();
    if (stored.size() < 3 || stored.size() > 4 || stored.getFirst() != 16) {
      throw StoredTensors.malformed(
          blocks, "is %s, wanted blocks of 16 bytes in rows".formatted(blocks.shape()));
    }
    StoredTensors.checkShape(scale, new Shape(stored.subList(1, stored.size())), blocks);
    long columns = Math.multiplyExact(32, stored.get(1));
    Shape shape =
        stored.size() == 3
            ? Shape.of(columns, stored.get(2))
            : Shape.of(columns, stored.get(2), stored.get(3));
    SourceTensor powers =
        new SourceTensor(scale.name(), DType.F8_E8M0, scale.shape(), scale.data(), scale.file());
    Elements elements = Elements.smallFloats(numbers.bytes());
    ScaledWeights made =
        new ScaledWeights(blocks, shape, "MXFP4", elements, powers, List.of())
            .to(DType.BF16)
            .blocks(new Mxfp4Blocks(numbers.bytes(), exponents.bytes(), shape.elements()));
    tensors.replace(blocks, made.weights(blocks.name()), scale.name());
  }
}
