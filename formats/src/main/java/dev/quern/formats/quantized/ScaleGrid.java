package dev.quern.formats.quantized;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import java.util.List;
import java.util.OptionalLong;

/// Which cell of a grid of scales belongs to each part of a matrix, or of each of several matrices.
///
/// @param matrixRows rows of one matrix
/// @param rowsPer rows of a matrix that share a cell
/// @param columnsPer columns that share a cell
/// @param gridRows rows of cells of one matrix
/// @param gridColumns cells of a row
record ScaleGrid(long matrixRows, long rowsPer, long columnsPer, long gridRows, long gridColumns) {

  /// The size of a part of a matrix that a configuration names: -1 for all of it.
  record Part(long rows, long columns) {}

  /// The grid of `scale` over `weight`, whose logical extents are `shape`.
  ///
  /// @param parts the sizes that the configuration names, tried in their order before even parts
  /// @throws MalformedFileException if no size of parts gives as many cells as `scale` has
  static ScaleGrid of(SourceTensor weight, Shape shape, SourceTensor scale, List<Part> parts) {
    long columns = shape.rowLength();
    long matrixRows = shape.extent(1);
    long matrices = shape.rows() / Math.max(1, matrixRows);
    long cells = scale.shape().elements();
    if (cells == 1) {
      return new ScaleGrid(shape.rows(), shape.rows(), columns, 1, 1);
    }
    Shape stored = scale.shape();
    boolean vector = stored.rank() == 1;
    long gridColumns = vector ? 1 : stored.rowLength();
    long gridRows = vector ? cells / Math.max(1, matrices) : stored.extent(1);
    if (gridColumns > 0 && gridRows > 0 && gridRows * gridColumns * matrices == cells) {
      OptionalLong rowsPer = per(matrixRows, gridRows, parts.stream().map(Part::rows).toList());
      OptionalLong columnsPer =
          per(columns, gridColumns, parts.stream().map(Part::columns).toList());
      if (rowsPer.isPresent() && columnsPer.isPresent()) {
        return new ScaleGrid(
            matrixRows, rowsPer.getAsLong(), columnsPer.getAsLong(), gridRows, gridColumns);
      }
    }
    throw new MalformedFileException(
        scale.file(),
        "tensor %s is %s, which is no grid of scales over the %s of %s"
            .formatted(scale.name(), stored, shape, weight.name()));
  }

  private static OptionalLong per(long extent, long cells, List<Long> sizes) {
    if (cells == 1) {
      return OptionalLong.of(extent);
    }
    if (cells == extent) {
      return OptionalLong.of(1);
    }
    for (long size : sizes) {
      if (size > 0 && (extent - 1) / size + 1 == cells) {
        return OptionalLong.of(size);
      }
    }
    return extent % cells == 0 ? OptionalLong.of(extent / cells) : OptionalLong.empty();
  }

  /// The first cell of row `row`.
  long rowOfCells(long row) {
    long matrix = row / matrixRows;
    return (matrix * gridRows + row % matrixRows / rowsPer) * gridColumns;
  }

  /// In words: `a scale for each 128 x 128`.
  String display(Shape shape) {
    if (gridRows == 1 && gridColumns == 1) {
      return "one scale";
    }
    if (rowsPer == 1) {
      return columnsPer == shape.rowLength() ? "a scale for each row" : "groups of " + columnsPer;
    }
    return "a scale for each %d x %d".formatted(rowsPer, columnsPer);
  }
}
