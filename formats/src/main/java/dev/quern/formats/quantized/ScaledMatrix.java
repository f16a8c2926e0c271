package dev.quern.formats.quantized;

import java.util.function.IntUnaryOperator;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/// A matrix of numbers each of which is shifted and scaled: `(q - zero) * scale * factor`, computed
/// in single precision from left to right.
///
/// @param length numbers of a row
/// @param scales of the cells of `grid`
/// @param zeros of the same cells, or null if all are 0
/// @param groups the cell of each column of a row, or null if columns lie in order
/// @param factor what all are multiplied with afterwards
record ScaledMatrix(
    Elements elements,
    int length,
    ScaleGrid grid,
    Cells scales,
    @Nullable Cells zeros,
    @Nullable IntUnaryOperator groups,
    float factor)
    implements RowDecoder {

  /// A number for each cell of a grid.
  interface Cells {
    /// The number of the cell that is `column` cells into those of row `row` of the matrix.
    float at(long row, long column);

    /// Numbers that lie in the order of the cells.
    static Cells of(Numbers numbers, LongUnaryOperator firstOfRow) {
      return (row, column) -> numbers.at(firstOfRow.applyAsLong(row) + column);
    }
  }

  @Override
  public void decode(long first, int rows, float[] out) {
    int cells = Math.toIntExact(grid.gridColumns());
    float[] scale = new float[cells];
    float[] zero = new float[cells];
    for (int row = 0; row < rows; row++) {
      for (int cell = 0; cell < cells; cell++) {
        scale[cell] = scales.at(first + row, cell);
        zero[cell] = zeros == null ? 0 : zeros.at(first + row, cell);
      }
      elements.read(first + row, length, out, row * length);
      scaleRow(out, row * length, scale, zero);
    }
  }

  private void scaleRow(float[] out, int at, float[] scale, float[] zero) {
    int columnsPer = Math.toIntExact(grid.columnsPer());
    for (int i = 0; i < length; i++) {
      int cell = groups == null ? i / columnsPer : groups.applyAsInt(i);
      float shifted = zeros == null ? out[at + i] : out[at + i] - zero[cell];
      out[at + i] = shifted * scale[cell] * factor;
    }
  }
}
