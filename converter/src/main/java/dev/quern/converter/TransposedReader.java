package dev.quern.converter;

/// Reads matrices that lie transposed, one after another.
///
/// @param source the weights as they lie
/// @param length weights of a row as it is wanted: rows of each matrix as it lies
/// @param rows rows of each matrix as it is wanted
record TransposedReader(WeightReader source, long length, long rows) implements WeightReader {
  @Override
  public void read(long first, int count, float[] out) {
    long end = first + count;
    long size = length * rows;
    for (long matrix = first / size; matrix * size < end; matrix++) {
      long from = Math.max(first, matrix * size);
      long to = Math.min(end, (matrix + 1) * size);
      readMatrix(matrix * size, from - matrix * size, to - matrix * size, from - first, out);
    }
  }

  /// Writes weights `from` to `to` of the matrix that begins at `base`.
  private void readMatrix(long base, long from, long to, long at, float[] out) {
    long firstRow = from / length;
    int span = Math.toIntExact((to - 1) / length - firstRow + 1);
    long firstColumn = span == 1 ? from % length : 0;
    long lastColumn = span == 1 ? (to - 1) % length : length - 1;
    float[] part = new float[span];
    for (long column = firstColumn; column <= lastColumn; column++) {
      source.read(base + column * rows + firstRow, span, part);
      for (int row = 0; row < span; row++) {
        long place = (firstRow + row) * length + column;
        if (place >= from && place < to) {
          out[Math.toIntExact(at + place - from)] = part[row];
        }
      }
    }
  }
}
