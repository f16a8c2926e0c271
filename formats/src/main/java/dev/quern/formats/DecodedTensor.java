package dev.quern.formats;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;

/// A tensor whose rows are decoded or rearranged when they are read, from a format that GGML has no
/// longer, or never had.
///
/// @param info name, and the type and shape that it is read as
/// @param words how the file stores it, in a few words
/// @param rows makes the rows
public record DecodedTensor(TensorInfo info, String words, Rows rows) implements TensorData {
  /// Makes rows of a tensor. Any thread may ask.
  public interface Rows {
    /// Writes rows `from` to `from + count` to the start of `into`, as the type of the tensor has
    /// them.
    void write(long from, long count, MemorySegment into);
  }

  @Override
  public Optional<String> encoding() {
    return Optional.of(words);
  }

  @Override
  public void read(long from, long count, MemorySegment into) {
    Objects.checkFromIndexSize(from, count, info.shape().rows());
    Objects.checkFromIndexSize(0, count * info.rowBytes(), into.byteSize());
    rows.write(from, count, into);
  }
}
