package dev.quern.formats.pytorch;

import dev.quern.formats.Le;
import dev.quern.formats.SourceData;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/// Elements that lie apart in a storage, or with their bytes in reverse, gathered when they are
/// read.
final class StridedData implements SourceData {
  private final MemorySegment storage;
  private final int width;
  private final int swap;
  private final long offset;
  private final long[] extents;
  private final long[] strides;
  private final long elements;

  /// Elements of `width` bytes, the first at element `offset` of `storage`.
  ///
  /// @param swap bytes of the numbers whose bytes are in reverse, 1 if none are
  /// @param axes extent and stride of each, the one that varies fastest last
  StridedData(MemorySegment storage, int width, int swap, long offset, List<long[]> axes) {
    this.storage = storage;
    this.width = width;
    this.swap = swap;
    this.offset = offset;
    this.extents = axes.stream().mapToLong(axis -> axis[0]).toArray();
    this.strides = axes.stream().mapToLong(axis -> axis[1]).toArray();
    long product = 1;
    for (long extent : extents) {
      product *= extent;
    }
    this.elements = product;
  }

  @Override
  public void read(long first, long count, MemorySegment into) {
    Objects.checkFromIndexSize(first, count, elements);
    Objects.checkFromIndexSize(0, count * width, into.byteSize());
    int last = extents.length - 1;
    long rowLength = last < 0 ? 1 : extents[last];
    long stride = last < 0 ? 1 : strides[last];
    long done = 0;
    while (done < count) {
      long column = (first + done) % rowLength;
      long run = Math.min(count - done, rowLength - column);
      long at = rowStart((first + done) / rowLength) + column * stride;
      copy(at, stride, run, into, done);
      done += run;
    }
    if (swap > 1) {
      reverse(into, count * width);
    }
  }

  /// The element of the storage at which row `row` begins.
  private long rowStart(long row) {
    long at = offset;
    long left = row;
    for (int axis = extents.length - 2; axis >= 0; axis--) {
      at += left % extents[axis] * strides[axis];
      left /= extents[axis];
    }
    return at;
  }

  private void copy(long from, long stride, long count, MemorySegment into, long to) {
    if (stride == 1) {
      MemorySegment.copy(storage, from * width, into, to * width, count * width);
      return;
    }
    for (long i = 0; i < count; i++) {
      long source = (from + i * stride) * width;
      long target = (to + i) * width;
      switch (width) {
        case 1 -> into.set(Le.BYTE, target, storage.get(Le.BYTE, source));
        case 2 -> into.set(Le.SHORT, target, storage.get(Le.SHORT, source));
        case 4 -> into.set(Le.INT, target, storage.get(Le.INT, source));
        default -> into.set(Le.LONG, target, storage.get(Le.LONG, source));
      }
    }
  }

  private void reverse(MemorySegment bytes, long length) {
    for (long at = 0; at < length; at += swap) {
      switch (swap) {
        case 2 -> bytes.set(Le.SHORT, at, Short.reverseBytes(bytes.get(Le.SHORT, at)));
        case 4 -> bytes.set(Le.INT, at, Integer.reverseBytes(bytes.get(Le.INT, at)));
        default -> bytes.set(Le.LONG, at, Long.reverseBytes(bytes.get(Le.LONG, at)));
      }
    }
  }
}
