package dev.quern.engine.kernel;

import java.lang.foreign.MemorySegment;

/// A type whose weights are four or five bits with a scale and perhaps an offset for each 32: 32 or
/// 16 products with numbers of 8 bits add up in 16 bits.
public non-sealed interface NibbleKernel extends GroupKernel {
  /// Decodes `n` columns of one group to small integers, from -8 to 7 or from -16 to 15.
  ///
  /// Weight = scale · integer + offset.
  ///
  /// @param w packed weights, the slice at byte `at`
  /// @param tile receives them
  void decode(MemorySegment w, long at, int n, NibbleTile tile);
}
