package dev.quern.formats.gguf;

import dev.quern.formats.MappedValues;
import dev.quern.formats.MetadataType;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The elements of an array, left in the file. Numbers are found by their size; strings and arrays
/// by a mark at every 32nd.
final class GgufArray extends AbstractList<MetadataValue> implements MappedValues {
  static final int STRIDE = 32;

  private final Path file;
  private final MemorySegment elements;
  private final MetadataType type;
  private final int size;
  private final long[] marks;
  private final boolean wide;

  /// The `size` elements in `elements`, which were checked; `marks` say where every 32nd begins
  /// when they have no fixed size.
  GgufArray(
      Path file, MemorySegment elements, MetadataType type, int size, long[] marks, boolean wide) {
    this.file = file;
    this.elements = elements;
    this.type = type;
    this.size = size;
    this.marks = marks;
    this.wide = wide;
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public MetadataValue get(int index) {
    Objects.checkIndex(index, size);
    if (type.isFixedSize()) {
      return GgufValues.scalar(type, elements, (long) index * type.bytes());
    }
    GgufValues values = valuesFrom(marks[index / STRIDE]);
    for (int i = 0; i < index % STRIDE; i++) {
      values.skip("element", type, 1);
    }
    return values.read("element", type);
  }

  /// Walks over the elements once, instead of looking each one up.
  @Override
  public Iterator<MetadataValue> iterator() {
    return new Iterator<>() {
      private final GgufValues values = valuesFrom(0);
      private int next;

      @Override
      public boolean hasNext() {
        return next < size;
      }

      @Override
      public MetadataValue next() {
        if (next == size) {
          throw new NoSuchElementException();
        }
        next++;
        return values.read("element", type);
      }
    };
  }

  /// The bytes of all elements as version 3 writes them, or null if the file has them otherwise.
  @Nullable MemorySegment bytes() {
    return wide ? elements : null;
  }

  private GgufValues valuesFrom(long position) {
    GgufCursor cursor = new GgufCursor(file, elements, position, wide);
    return new GgufValues(cursor, new HeapBudget(Long.MAX_VALUE));
  }
}
