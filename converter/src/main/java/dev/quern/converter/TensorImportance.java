package dev.quern.converter;

import dev.quern.formats.Shape;
import dev.quern.formats.imatrix.ImportanceEntry;

/// The importance of the columns of one tensor, whose every matrix has its own.
///
/// @param entry what was measured, with as many values as all matrices have columns
/// @param shape of the tensor
/// @param prior how many times the mean is added
/// @param file what messages call the importance matrix
record TensorImportance(ImportanceEntry entry, Shape shape, float prior, String file) {

  /// Values that an entry for a tensor of this shape has.
  static long size(Shape shape) {
    return Math.multiplyExact(shape.rowLength(), shape.extent(2));
  }

  /// The matrix that row `row` belongs to.
  int matrix(long row) {
    return (int) (row / shape.extent(1) % shape.extent(2));
  }

  /// Writes the importance of the columns of matrix `matrix` to the start of `out`.
  ///
  /// @throws ConversionException if one is not finite
  void read(int matrix, float[] out) {
    int columns = (int) shape.rowLength();
    entry.importance(matrix * columns, columns, out);
    if (prior > 0) {
      addPrior(out, columns);
    }
    for (int i = 0; i < columns; i++) {
      if (!Float.isFinite(out[i])) {
        throw new ConversionException(
            "%s: importance of %s is %s at column %d of matrix %d"
                .formatted(file, entry.name(), out[i], i, matrix));
      }
    }
  }

  private void addPrior(float[] out, int columns) {
    double sum = 0;
    for (int i = 0; i < columns; i++) {
      sum += out[i];
    }
    float added = sum == 0 ? 1 : (float) (prior * (sum / columns));
    for (int i = 0; i < columns; i++) {
      out[i] += added;
    }
  }
}
