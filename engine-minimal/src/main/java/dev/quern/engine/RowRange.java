package dev.quern.engine;

import dev.quern.formats.Shape;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;

/// Some rows of a tensor, as a tensor of their own under the same name.
///
/// @param whole the tensor
/// @param from the first row; the caller has checked that all are there
/// @param rows how many
record RowRange(TensorData whole, long from, long rows) implements TensorData {
  @Override
  public TensorInfo info() {
    TensorInfo info = whole.info();
    return new TensorInfo(info.name(), info.type(), Shape.of(info.shape().rowLength(), rows));
  }

  @Override
  public Optional<MemorySegment> mapped() {
    long row = whole.info().rowBytes();
    return whole.mapped().map(bytes -> bytes.asSlice(from * row, rows * row));
  }

  @Override
  public void read(long first, long count, MemorySegment into) {
    Objects.checkFromIndexSize(first, count, rows);
    whole.read(from + first, count, into);
  }
}
