package dev.quern.formats;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// Weights that a checkpoint stores as GGML would, but for the places of their bytes: they become
/// blocks of `type` without any loss. Any thread may read; usable until the checkpoint is closed.
public interface BlockData {
  /// The type whose blocks they are.
  GgmlType type();

  /// Writes the blocks of weights `first` to `first + count`, counted along the rows and both whole
  /// numbers of blocks, to the start of `into`.
  ///
  /// @throws IndexOutOfBoundsException if there are no such weights, or no room for them
  void read(long first, long count, MemorySegment into);

  /// What the weights are the values of their blocks times: a number for each matrix, in their
  /// order; empty if they are the values themselves.
  default List<Float> scales() {
    return List.of();
  }

  /// What programs that round inputs to 4 bits scale them by: a number for each matrix; empty if
  /// nothing is known of it.
  default List<Float> inputScales() {
    return List.of();
  }
}
