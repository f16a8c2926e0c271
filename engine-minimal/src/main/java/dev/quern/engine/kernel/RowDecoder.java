package dev.quern.engine.kernel;

import java.lang.foreign.MemorySegment;

/// Turns stored weights of one type into floats.
@FunctionalInterface
public interface RowDecoder {
  /// Shorts of scratch that [#decode] needs.
  int SCRATCH = 512;

  /// Decodes `n` weights, a whole number of blocks, from byte `at` of `in` to `out` from index
  /// `to`.
  ///
  /// @param scratch at least [#SCRATCH] shorts
  void decode(MemorySegment in, long at, float[] out, int to, int n, short[] scratch);
}
