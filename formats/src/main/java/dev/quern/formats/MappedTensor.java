package dev.quern.formats;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.Optional;

/// A tensor whose rows lie one after another in a segment.
///
/// @param info name, type and shape
/// @param bytes exactly [TensorInfo#bytes()] bytes; borrowed for as long as the tensor is used
public record MappedTensor(TensorInfo info, MemorySegment bytes) implements TensorData {
  public MappedTensor {
    if (bytes.byteSize() != info.bytes()) {
      throw new IllegalArgumentException(
          info.name() + " has " + bytes.byteSize() + " bytes, its shape wants " + info.bytes());
    }
  }

  @Override
  public Optional<MemorySegment> mapped() {
    return Optional.of(bytes);
  }

  @Override
  public void read(long from, long count, MemorySegment into) {
    Objects.checkFromIndexSize(from, count, info.shape().rows());
    long row = info.rowBytes();
    MemorySegment.copy(bytes, from * row, into, 0, count * row);
  }
}
