package dev.quern.verifier;

import dev.quern.formats.TensorData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Rows of a tensor in memory: where they lie if it is mapped, else read into a buffer. For one
/// thread.
public final class RowWindow implements AutoCloseable {
  private final TensorData data;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment bytes;

  /// A window of at most `rows` rows of `data`.
  public RowWindow(TensorData data, long rows) {
    this.data = data;
    this.bytes =
        data.mapped().orElseGet(() -> arena.allocate(rows * data.info().rowBytes(), Long.BYTES));
  }

  /// How many rows of `data` about `size` have of what each row has `each`; at least one.
  public static long count(TensorData data, long size, long each) {
    return Math.clamp(size / Math.max(1, each), 1, Math.max(1, data.info().shape().rows()));
  }

  /// The bytes of `count` rows, which hold until the next call.
  public MemorySegment rows(long first, long count) {
    long row = data.info().rowBytes();
    if (data.mapped().isPresent()) {
      return bytes.asSlice(first * row, count * row);
    }
    Objects.checkFromIndexSize(first, count, data.info().shape().rows());
    data.read(first, count, bytes);
    return bytes.asSlice(0, count * row);
  }

  @Override
  public void close() {
    arena.close();
  }
}
