package dev.quern.formats.quantized;

/// Makes rows of a matrix from what the file stores. Any thread may decode.
interface RowDecoder {
  /// Writes rows `first` to `first + rows`, one after another, to the start of `out`.
  void decode(long first, int rows, float[] out);
}
