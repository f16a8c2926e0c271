package dev.quern.converter;

/// The weights of one tensor as floats, in any order and from any thread.
interface WeightReader {
  /// Writes weights `first` to `first + count`, counted along the rows, to the start of `out`.
  void read(long first, int count, float[] out);
}
