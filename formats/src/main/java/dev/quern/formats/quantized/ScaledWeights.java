package dev.quern.formats.quantized;

import dev.quern.formats.BlockData;
import dev.quern.formats.DType;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.quantized.ScaleGrid.Part;
import dev.quern.formats.quantized.ScaledMatrix.Cells;
import dev.quern.formats.quantized.StoredTensors.Weights;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// Weights that are numbers under a grid of scales, put together piece by piece.
final class ScaledWeights {
  private final Shape shape;
  private final String type;
  private final Elements elements;
  private final ScaleGrid grid;
  private Cells scales;
  private DType dtype;
  private @Nullable Cells zeros;
  private @Nullable IntUnaryOperator groups;
  private float factor = 1;
  private @Nullable BlockData blocks;

  /// @param weight the stored tensor
  /// @param shape the extents of what it stands for
  /// @param type what the numbers are, in a few words
  /// @param parts the sizes of parts of a matrix that the configuration names
  ScaledWeights(
      SourceTensor weight,
      Shape shape,
      String type,
      Elements elements,
      SourceTensor scale,
      List<Part> parts) {
    if (shape.rank() > 3 || shape.elements() == 0) {
      throw StoredTensors.malformed(weight, "is " + shape + ", wanted a matrix or several");
    }
    this.shape = shape;
    this.type = type;
    this.elements = elements;
    this.grid = ScaleGrid.of(weight, shape, scale, parts);
    this.scales = Cells.of(StoredTensors.scales(scale), grid::rowOfCells);
    this.dtype = decodedTo(scale.dtype());
  }

  /// What the libraries decode to: the type of the scales, if that has 16 bits or more.
  private static DType decodedTo(DType scale) {
    return scale == DType.F32 || scale == DType.F16 ? scale : DType.BF16;
  }

  ScaleGrid grid() {
    return grid;
  }

  Shape shape() {
    return shape;
  }

  ScaledWeights to(DType wanted) {
    dtype = wanted;
    return this;
  }

  /// Every scale is divided by `divisor` before it is used.
  ScaledWeights scalesOver(float divisor) {
    Cells stored = scales;
    scales = (row, column) -> stored.at(row, column) / divisor;
    return this;
  }

  /// Every scale is multiplied with `factor` before it is used.
  ScaledWeights scalesTimes(float factor) {
    Cells stored = scales;
    scales = (row, column) -> stored.at(row, column) * factor;
    return this;
  }

  /// `zeros` are subtracted before numbers are scaled.
  ScaledWeights zeros(Cells wanted) {
    zeros = wanted;
    return this;
  }

  /// Column `i` belongs to the cell `wanted(i)` of its row.
  ScaledWeights groups(IntUnaryOperator wanted) {
    groups = wanted;
    return this;
  }

  /// All are multiplied with `wanted` after they were scaled.
  ScaledWeights times(float wanted) {
    factor = wanted;
    return this;
  }

  /// The same weights as blocks of GGML.
  ScaledWeights blocks(@Nullable BlockData wanted) {
    blocks = wanted;
    return this;
  }

  Weights weights(String name) {
    int length = (int) Math.min(Integer.MAX_VALUE, shape.rowLength());
    ScaledMatrix matrix = new ScaledMatrix(elements, length, grid, scales, zeros, groups, factor);
    String order = groups == null ? "" : ", in an order of their own";
    return new Weights(
        name, dtype, shape, matrix, type + ", " + grid.display(shape) + order, blocks);
  }
}
