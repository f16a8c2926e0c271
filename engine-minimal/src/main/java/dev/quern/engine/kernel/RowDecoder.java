package dev.quern.engine.kernel;

import java.lang.foreign.MemorySegment;

/// Turns stored weights of one type into floats.
@FunctionalInterface
public interface RowDecoder {
  /// Decodes `n` weights, a whole number of blocks, from byte `at` of `in` to `out` from index
  /// `to`.
  void decode(MemorySegment in, long at, float[] out, int to, int n);
}
