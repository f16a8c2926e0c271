package dev.quern.formats.flax;

import dev.quern.formats.DType;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.io.HeapBudget;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// An array above a gibibyte as Flax packs it: a map of a mark, the extents, and arrays of one
/// extent each, which follow each other.
final class FlaxChunks {
  /// The first key of the map, by which it is known.
  static final String MARK = "__msgpack_chunked_array__";

  private static final int COST = 256;

  private final String name;
  private final MessageCursor cursor;

  private FlaxChunks(String name, MessageCursor cursor) {
    this.name = name;
    this.cursor = cursor;
  }

  /// The tensor `name` of the map that `cursor` is in, behind its first key.
  ///
  /// @param entries of that map
  static SourceTensor read(
      String name, MessageCursor cursor, int entries, Path file, HeapBudget budget) {
    if (entries != 3) {
      throw cursor.malformed(
          "array %s in chunks has %d fields, wanted a mark, shape and chunks"
              .formatted(name, entries));
    }
    cursor.skipPlain();
    FlaxChunks array = new FlaxChunks(name, cursor);
    Shape shape = array.shape();
    List<SourceTensor> chunks = array.chunks(file, budget);
    DType dtype = chunks.getFirst().dtype();
    ChunkedData data = new ChunkedData(chunks);
    if (data.elements() != shape.elements()) {
      throw cursor.malformed(
          "array %s has %d numbers in its chunks, wanted %d for %s (row length first)"
              .formatted(name, data.elements(), shape.elements(), shape));
    }
    return new SourceTensor(name, dtype, shape, data, file);
  }

  private Shape shape() {
    key("shape");
    long[] extents = new long[FlaxArray.checkedRank(name, cursor.map(), cursor)];
    for (int i = 0; i < extents.length; i++) {
      key(String.valueOf(i));
      extents[i] = cursor.number();
    }
    return FlaxArray.shape(name, extents, cursor);
  }

  private List<SourceTensor> chunks(Path file, HeapBudget budget) {
    key("chunks");
    int count = cursor.map();
    if (count == 0) {
      throw cursor.malformed("array " + name + " has no chunks");
    }
    List<SourceTensor> chunks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      budget.charge(file, "chunks of arrays", COST);
      key(String.valueOf(i));
      SourceTensor chunk = FlaxArray.read(name, cursor.extension().content(), file);
      if (!chunks.isEmpty() && chunk.dtype() != chunks.getFirst().dtype()) {
        throw cursor.malformed(
            "array %s has chunks of %s and of %s"
                .formatted(name, chunks.getFirst().dtype(), chunk.dtype()));
      }
      chunks.add(chunk);
    }
    return chunks;
  }

  private void key(String wanted) {
    String found = cursor.text();
    if (!found.equals(wanted)) {
      throw cursor.malformed(
          "array %s in chunks has the key \"%s\", wanted \"%s\"".formatted(name, found, wanted));
    }
  }
}
