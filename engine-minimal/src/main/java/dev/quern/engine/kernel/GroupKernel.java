package dev.quern.engine.kernel;

import java.lang.foreign.MemorySegment;

/// The loops of one type for rows in groups of [Interleaving#ROWS], which need as many bytes as
/// before.
///
/// A slice of columns, a whole number of blocks, can be packed and decoded by itself: in a packed
/// group, it begins at [Interleaving#ROWS] times the bytes of a row before it.
public sealed interface GroupKernel permits ColumnKernel, NibbleKernel {
  /// Shorts of scratch that [#multiply] needs.
  int SCRATCH = 8 * Interleaving.ROWS;

  /// Packs `n` columns of `count` rows.
  ///
  /// @param rows stored weights, the first row at byte `at`, rows `stride` bytes apart
  /// @param count rows, at most [Interleaving#ROWS]; what is missing is zero
  /// @param out where the group begins at byte `to`
  void pack(MemorySegment rows, long at, long stride, int count, int n, MemorySegment out, long to);

  /// Makes of the first `n` rounded numbers of `x` what [#multiply] wants besides.
  default void arrange(RoundedVector x, int n) {}

  /// Writes the products of all rows of one group to `y` from index `to`.
  ///
  /// @param w packed weights, the group at byte `at`
  /// @param x the vector, arranged; its first `n` elements are used
  /// @param scratch at least [#SCRATCH] shorts
  void multiply(
      MemorySegment w, long at, RoundedVector x, int n, float[] y, int to, short[] scratch);
}
