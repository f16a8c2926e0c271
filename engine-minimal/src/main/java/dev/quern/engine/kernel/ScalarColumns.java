package dev.quern.engine.kernel;

import java.lang.foreign.MemorySegment;

/// The scalar twin of a [ColumnKernel].
abstract class ScalarColumns extends ScalarGroups {
  ScalarColumns(int columns, int shorts) {
    super(columns, shorts);
  }

  /// Decodes a row's block to `out`, the first weight at `to` and the next `ld` further.
  abstract void decode(short[] block, int lane, float[] out, int to, int ld);

  /// See [ColumnKernel#decode].
  final void decode(MemorySegment w, long at, int n, float[] out, int to, int ld) {
    over(w, at, n, (block, lane, row, b) -> decode(block, lane, out, to + b * ld + row, ld));
  }
}
