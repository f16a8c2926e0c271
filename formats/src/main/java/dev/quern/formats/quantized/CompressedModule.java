package dev.quern.formats.quantized;

import dev.quern.formats.BlockData;
import dev.quern.formats.DType;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.quantized.ScaleGrid.Part;
import dev.quern.formats.quantized.ScaledMatrix.Cells;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A module as [CompressedTensors] describes it.
///
/// @param weight its numbers
/// @param name what they are called when they are not quantized
/// @param parts how the configuration cuts weights into parts of one scale
record CompressedModule(StoredTensors tensors, SourceTensor weight, String name, List<Part> parts) {
  private SourceTensor scale() {
    return tensors.require(name + "_scale", weight);
  }

  void decodeBytes() {
    Numbers numbers = StoredTensors.numbers(weight, DType.I8, DType.F8_E4M3, DType.F8_E5M2);
    String type =
        switch (weight.dtype()) {
          case I8 -> "compressed-tensors INT8";
          case F8_E5M2 -> "compressed-tensors FP8 E5M2";
          default -> "compressed-tensors FP8 E4M3";
        };
    ScaledWeights made =
        new ScaledWeights(weight, weight.shape(), type, Elements.plain(numbers), scale(), parts);
    tensors
        .find(name + "_zero_point")
        .ifPresent(zero -> made.zeros(plainZeros(made.grid(), zero, scale())));
    finish(made);
  }

  void decodePacked(Set<Long> widths) {
    Numbers words = StoredTensors.numbers(weight, DType.I32);
    Shape shape = shape();
    int bits = bits(shape, widths);
    int offset = 1 << (bits - 1);
    Elements elements = Elements.packed(words.bytes(), bits, weight.shape().rowLength(), offset);
    ScaledWeights made =
        new ScaledWeights(weight, shape, "compressed-tensors INT" + bits, elements, scale(), parts);
    tensors
        .find(name + "_zero_point")
        .ifPresent(
            zero ->
                made.zeros(
                    zero.dtype() == DType.I32
                        ? packedZeros(zero, shape, made.grid(), bits)
                        : plainZeros(made.grid(), zero, scale())));
    finish(made);
  }

  void decodeSmallFloats() {
    long columns = Math.multiplyExact(2, weight.shape().rowLength());
    Shape shape = Shape.of(columns, weight.shape().rows());
    Optional<SourceTensor> global = tensors.find(name + "_global_scale");
    SourceTensor scale = scale();
    boolean powers = scale.dtype() == DType.U8 || scale.dtype() == DType.F8_E8M0;
    SourceTensor scales =
        powers
            ? new SourceTensor(
                scale.name(), DType.F8_E8M0, scale.shape(), scale.data(), scale.file())
            : scale;
    Elements elements = Elements.smallFloats(StoredTensors.bytes(weight));
    String type = "compressed-tensors " + (powers ? "MXFP4" : "NVFP4");
    ScaledWeights made = new ScaledWeights(weight, shape, type, elements, scales, parts);
    if (made.grid().columnsPer() != (powers ? 32 : 16)) {
      throw StoredTensors.malformed(
          scale,
          "is %s, wanted a scale for each %d weights".formatted(scale.shape(), powers ? 32 : 16));
    }
    made.to(DType.BF16);
    global.ifPresent(one -> made.scalesOver(one(one)));
    made.blocks(blocks(scale, shape, global.map(this::one), powers));
    finish(made);
  }

  /// The same as blocks of GGML, whose global scales are multiplied with.
  private @Nullable BlockData blocks(
      SourceTensor scale, Shape shape, Optional<Float> global, boolean powers) {
    if (!powers) {
      Optional<SourceTensor> inputs =
          tensors.find(name.replaceFirst("weight$", "input_global_scale"));
      return Nvfp4Blocks.of(
          weight,
          scale,
          shape,
          global.map(one -> 1 / one).orElse(1f),
          inputs.map(this::one).map(one -> 1 / one).orElse(1f));
    }
    return global.isPresent()
        ? null
        : new Mxfp4Blocks(
            StoredTensors.bytes(weight), StoredTensors.bytes(scale), shape.elements());
  }

  private void finish(ScaledWeights made) {
    tensors.find(name + "_g_idx").flatMap(index -> groups(index, made)).ifPresent(made::groups);
    tensors.replace(
        weight,
        made.weights(name),
        name + "_scale",
        name + "_zero_point",
        name + "_shape",
        name + "_g_idx",
        name + "_global_scale");
  }

  private Optional<IntUnaryOperator> groups(SourceTensor index, ScaledWeights made) {
    ScaleGrid grid = made.grid();
    return Groups.of(
        index, weight, made.shape().rowLength(), grid.columnsPer(), grid.gridColumns());
  }

  private float one(SourceTensor global) {
    float value = StoredTensors.single(global);
    if (!Float.isFinite(value) || value == 0) {
      throw StoredTensors.malformed(global, "is " + value + ", which nothing can be divided by");
    }
    return value;
  }

  /// The extents that `weight_shape` gives.
  private Shape shape() {
    SourceTensor shape = tensors.require(name + "_shape", weight);
    Numbers numbers = StoredTensors.numbers(shape, DType.I64, DType.I32);
    long rows = weight.shape().rows();
    if (shape.shape().elements() != 2 || numbers.at(0) != rows) {
      throw StoredTensors.malformed(
          shape, "does not give the %d rows of %s".formatted(rows, weight.name()));
    }
    long columns = (long) numbers.at(1);
    if (columns < 1 || columns > 32 * weight.shape().rowLength()) {
      throw StoredTensors.malformed(
          shape,
          "gives rows of %d to %s, which has %s words"
              .formatted(columns, weight.name(), weight.shape()));
    }
    return Shape.of(columns, rows);
  }

  /// The width that fills rows of words with rows of this length.
  private int bits(Shape shape, Set<Long> widths) {
    List<Integer> fitting = new ArrayList<>();
    for (int bits : new int[] {1, 2, 4, 8}) {
      boolean named = widths.isEmpty() || widths.contains((long) bits);
      long words = (shape.rowLength() - 1) / (32 / bits) + 1;
      if (named && words == weight.shape().rowLength()) {
        fitting.add(bits);
      }
    }
    if (fitting.size() != 1) {
      throw StoredTensors.malformed(
          weight,
          "has rows of %d words for %d weights, which %s bits each; wanted 1, 2, 4 or 8 as num_bits says"
              .formatted(
                  weight.shape().rowLength(),
                  shape.rowLength(),
                  fitting.isEmpty() ? "is not a known number of" : "could be several numbers of"));
    }
    return fitting.getFirst();
  }

  private Cells plainZeros(ScaleGrid grid, SourceTensor zero, SourceTensor scale) {
    if (zero.shape().elements() != scale.shape().elements()) {
      throw StoredTensors.malformed(
          zero, "is %s, wanted %s as the scales".formatted(zero.shape(), scale.shape()));
    }
    Numbers numbers = StoredTensors.numbers(zero, DType.I8, DType.F8_E4M3, DType.I32);
    return Cells.of(numbers, grid::rowOfCells);
  }

  /// Zero points packed along the rows, raised as the weights are.
  private Cells packedZeros(SourceTensor zero, Shape shape, ScaleGrid grid, int bits) {
    long perWord = 32 / bits;
    Shape wanted = Shape.of(grid.gridColumns(), (shape.rows() - 1) / perWord + 1);
    StoredTensors.checkShape(zero, wanted, weight);
    if (grid.rowsPer() != 1) {
      throw StoredTensors.malformed(zero, "is packed for each row, but the scales are not");
    }
    Numbers words = StoredTensors.numbers(zero, DType.I32);
    int mask = (1 << bits) - 1;
    int offset = 1 << (bits - 1);
    long columns = grid.gridColumns();
    return (row, column) -> {
      int word = words.bytes().intAt(4 * (row / perWord * columns + column));
      return ((word >>> ((int) (row % perWord) * bits)) & mask) - offset;
    };
  }
}
