package dev.quern.converter.overlay;

import dev.quern.formats.DType;
import dev.quern.formats.SourceTensor;
import org.jspecify.annotations.Nullable;

/// A matrix with more rows below its own: zeros, or the mean of its rows.
final class GrownRows implements Numbers {
  private final Numbers own;
  private final long elements;
  private final long rows;
  private final int columns;
  private final AddedRows added;
  private final DType rounded;
  private float @Nullable [] below;

  /// @param rounded the type that the mean is rounded to
  GrownRows(SourceTensor tensor, AddedRows added, DType rounded) {
    this.own = Numbers.of(tensor);
    this.elements = tensor.shape().elements();
    this.rows = tensor.shape().rows();
    this.columns = Math.toIntExact(tensor.shape().rowLength());
    this.added = added;
    this.rounded = rounded;
  }

  @Override
  public void read(long first, int count, float[] out) {
    int mine = Math.clamp(elements - first, 0, count);
    if (mine > 0) {
      own.read(first, mine, out);
    }
    if (mine < count) {
      float[] row = row();
      for (int i = mine; i < count; i++) {
        out[i] = row[(int) ((first + i) % columns)];
      }
    }
  }

  /// What every added row is; computed once, by whoever asks first.
  private synchronized float[] row() {
    float[] known = below;
    if (known != null) {
      return known;
    }
    float[] row = new float[columns];
    if (added == AddedRows.MEAN) {
      row = ColumnMeans.of(own, rows, columns);
      for (int i = 0; i < columns; i++) {
        row[i] = Numbers.round(row[i], rounded);
      }
    }
    below = row;
    return row;
  }
}
