package dev.quern.engine.kernel;

import java.lang.foreign.MemorySegment;

/// The scalar twin of a [NibbleKernel].
abstract class ScalarNibbles extends ScalarGroups {
  ScalarNibbles(int columns, int shorts) {
    super(columns, shorts);
  }

  /// Decodes a row's block to row `row` of `tile` from column `b`.
  abstract void decode(short[] block, int lane, NibbleTile tile, int row, int b);

  /// See [NibbleKernel#decode].
  final void decode(MemorySegment w, long at, int n, NibbleTile tile) {
    over(w, at, n, (block, lane, row, b) -> decode(block, lane, tile, row, b));
  }
}
