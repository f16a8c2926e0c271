package dev.quern.engine.kernel;

import java.lang.foreign.MemorySegment;

/// A type whose groups are decoded to floats for the products of many vectors; see [Block].
public non-sealed interface ColumnKernel extends GroupKernel {
  /// Decodes `n` columns of one group to the very floats that the type's codec makes, the rows of a
  /// column side by side.
  ///
  /// @param w packed weights, the slice at byte `at`
  /// @param ld distance of columns in `out`
  void decode(MemorySegment w, long at, int n, float[] out, int to, int ld);
}
