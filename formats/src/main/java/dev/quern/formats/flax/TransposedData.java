package dev.quern.formats.flax;

import dev.quern.formats.DType;
import dev.quern.formats.Le;
import dev.quern.formats.SourceData;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// A matrix of which each column is wanted as a row.
///
/// @param bytes the stored rows, one for each input
/// @param dtype a type of whole bytes
/// @param inputs stored rows: numbers of a wanted row
/// @param outputs stored columns: wanted rows
/// @param head columns of a head, in each of which pairs of neighbours become halves; 1 if columns
///   keep their order
record TransposedData(MemorySegment bytes, DType dtype, long inputs, long outputs, long head)
    implements SourceData {
  /// Stored rows are gone through one after another, since neighbours in one lie together.
  @Override
  public void read(long first, long count, MemorySegment into) {
    Objects.checkFromIndexSize(first, count, inputs * outputs);
    Objects.checkFromIndexSize(0, dtype.bytes(count), into.byteSize());
    if (count == 0) {
      return;
    }
    long end = first + count;
    long lastRow = (end - 1) / inputs;
    for (long input = 0; input < inputs; input++) {
      for (long row = first / inputs; row <= lastRow; row++) {
        long at = row * inputs + input;
        if (at >= first && at < end) {
          move(input * outputs + column(row), into, at - first);
        }
      }
    }
  }

  private void move(long from, MemorySegment into, long to) {
    switch (dtype.bits()) {
      case 16 -> into.set(Le.SHORT, 2 * to, bytes.get(Le.SHORT, 2 * from));
      case 32 -> into.set(Le.INT, 4 * to, bytes.get(Le.INT, 4 * from));
      default ->
          MemorySegment.copy(bytes, dtype.bytes(from), into, dtype.bytes(to), dtype.bytes(1));
    }
  }

  /// The stored column of wanted row `row`.
  private long column(long row) {
    if (head == 1) {
      return row;
    }
    long place = row % head;
    long half = head / 2;
    return row - place + (place < half ? 2 * place : 2 * (place - half) + 1);
  }
}
