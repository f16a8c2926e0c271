package dev.quern.formats;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Where the numbers of a checkpoint's tensor come from. Any thread may read; usable until the
/// checkpoint is closed.
public interface SourceData {
  /// All numbers, little-endian, rows one after another without gaps, when the file has them so;
  /// empty when they must be gathered.
  default Optional<MemorySegment> mapped() {
    return Optional.empty();
  }

  /// Copies numbers `first` to `first + count`, counted along the rows, little-endian, to the start
  /// of `into`.
  ///
  /// @throws IndexOutOfBoundsException if there are no such numbers, or no room for them
  void read(long first, long count, MemorySegment into);

  /// How the numbers come about when they are computed from what files store, in a few words for a
  /// plan; empty when they are stored as they are.
  default String made() {
    return "";
  }

  /// How the file stores the numbers when they are decoded as they are read, such as `GPTQ 4 bit,
  /// groups of 128`; empty when it has them as they are.
  default Optional<String> encoding() {
    return Optional.empty();
  }

  /// The same numbers as blocks of GGML, when that is how the file stores them.
  default Optional<BlockData> blocks() {
    return Optional.empty();
  }
}
