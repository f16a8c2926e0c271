package dev.quern.engine.kernel;

import java.lang.foreign.MemorySegment;

/// Multiplies rows of stored weights of one type with a vector rounded to 8 bits.
@FunctionalInterface
public interface Int8Product {
  /// Writes the products of `rows` rows to `y` from index `to`.
  ///
  /// @param w stored weights, the first row at byte `at`, rows one after another
  /// @param x the vector, in the layout that belongs to the type; its first `n` elements are used
  void multiply(MemorySegment w, long at, int rows, Int8Vector x, int n, float[] y, int to);
}
