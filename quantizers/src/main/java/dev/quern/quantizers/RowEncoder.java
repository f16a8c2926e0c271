package dev.quern.quantizers;

import java.lang.foreign.MemorySegment;

/// Turns floats into blocks of one type. Not for use by two threads at once.
public interface RowEncoder {
  /// Encodes `n` weights, a whole number of blocks, from `x` at index `at` into `out` from byte
  /// `to`. The bytes do not depend on how a tensor is cut into calls.
  ///
  /// @throws IllegalArgumentException if they are not, or if the type needs importance
  void encode(float[] x, int at, int n, MemorySegment out, long to);

  /// As above, for one whole row of a matrix, where the error of weight `i` counts as much as
  /// `importance[from + i]` says. Nothing there may be negative or not finite. Types that the
  /// reference quantizes without regard to importance come out as without it.
  default void encode(
      float[] x, int at, int n, float[] importance, int from, MemorySegment out, long to) {
    encode(x, at, n, out, to);
  }
}
