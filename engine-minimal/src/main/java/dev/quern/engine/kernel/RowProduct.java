package dev.quern.engine.kernel;

import java.lang.foreign.MemorySegment;

/// Multiplies rows of stored weights of one type with a vector of floats.
@FunctionalInterface
public interface RowProduct {
  /// Rows that are best multiplied in one call, or a multiple of them.
  int AT_ONCE = 8;

  /// Writes the products of `rows` rows to `y` from index `to`.
  ///
  /// @param w stored weights, the first row at byte `at`, rows one after another
  /// @param x the vector, `n` floats from index `from`; `n` is a whole number of blocks
  void multiply(MemorySegment w, long at, int rows, float[] x, int from, int n, float[] y, int to);
}
