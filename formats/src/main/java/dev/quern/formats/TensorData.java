package dev.quern.formats;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// A tensor whose rows can be read, from several threads at once.
public interface TensorData {
  /// Name, type and shape.
  TensorInfo info();

  /// All rows in place, [TensorInfo#bytes()] long, when they lie one after another in a mapped
  /// file; empty when rows are computed as they are read. Borrowed until the view or checkpoint
  /// that it came from is closed.
  default Optional<MemorySegment> mapped() {
    return Optional.empty();
  }

  /// Writes rows `from` to `from + count` into the first `count *` [TensorInfo#rowBytes()] bytes of
  /// `into`.
  ///
  /// @throws IndexOutOfBoundsException if there are no such rows, or no room for them
  void read(long from, long count, MemorySegment into);

  /// How the file stores the weights when they are decoded or rearranged as they are read, in a few
  /// words; empty when it has them as they are.
  default Optional<String> encoding() {
    return Optional.empty();
  }
}
