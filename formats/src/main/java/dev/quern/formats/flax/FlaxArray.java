package dev.quern.formats.flax;

import dev.quern.formats.DType;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import org.msgpack.value.ValueType;

/// An array as Flax packs it: extents, the name of the type in NumPy, numbers.
final class FlaxArray {
  private static final int MOST_EXTENTS = 8;

  private static final Map<String, DType> TYPES =
      Map.ofEntries(
          Map.entry("float64", DType.F64),
          Map.entry("float32", DType.F32),
          Map.entry("float16", DType.F16),
          Map.entry("bfloat16", DType.BF16),
          Map.entry("int64", DType.I64),
          Map.entry("int32", DType.I32),
          Map.entry("int16", DType.I16),
          Map.entry("int8", DType.I8),
          Map.entry("uint64", DType.U64),
          Map.entry("uint32", DType.U32),
          Map.entry("uint16", DType.U16),
          Map.entry("uint8", DType.U8),
          Map.entry("bool", DType.BOOL));

  private FlaxArray() {}

  /// The array in `content`, as the tensor `name`.
  static SourceTensor read(String name, MessageCursor content, Path file) {
    int fields = content.list();
    if (fields != 3) {
      throw content.malformed(
          "array %s has %d fields, wanted extents, type and numbers".formatted(name, fields));
    }
    Shape shape = shape(name, content);
    DType dtype = dtype(name, content);
    MemorySegment numbers = content.binary().rest();
    if (numbers.byteSize() != dtype.bytes(shape.elements())) {
      throw content.malformed(
          "array %s has %d bytes of numbers, wanted %d for %s of %s (row length first)"
              .formatted(name, numbers.byteSize(), dtype.bytes(shape.elements()), dtype, shape));
    }
    return new SourceTensor(name, dtype, shape, numbers, file);
  }

  private static Shape shape(String name, MessageCursor content) {
    long[] extents = new long[checkedRank(name, content.list(), content)];
    for (int i = 0; i < extents.length; i++) {
      extents[i] = content.number();
    }
    return shape(name, extents, content);
  }

  /// The number of extents of an array, if it may have so many.
  static int checkedRank(String name, int rank, MessageCursor content) {
    if (rank > MOST_EXTENTS) {
      throw content.malformed(
          "array %s has %d extents, wanted at most %d".formatted(name, rank, MOST_EXTENTS));
    }
    return rank;
  }

  /// The shape of `extents`, which are as NumPy has them.
  static Shape shape(String name, long[] extents, MessageCursor content) {
    int rank = extents.length;
    long[] reversed = new long[Math.max(1, rank)];
    reversed[0] = 1;
    long product = 1;
    for (int i = 0; i < rank; i++) {
      long extent = extents[rank - 1 - i];
      if (extent < 1 || extent > Integer.MAX_VALUE || product > (1L << 40) / extent) {
        throw content.malformed(
            "array %s has the extent %d, wanted 1 and more, and fewer numbers than the file"
                .formatted(name, extent));
      }
      product *= extent;
      reversed[i] = extent;
    }
    return Shape.of(reversed);
  }

  private static DType dtype(String name, MessageCursor content) {
    String text = content.text();
    DType dtype = TYPES.get(text);
    if (dtype == null) {
      throw content.malformed(
          "array %s is of type %s, wanted a number of NumPy's".formatted(name, text));
    }
    return dtype;
  }

  /// True if the next value is an extension, as every array is.
  static boolean isNext(MessageCursor cursor) {
    return cursor.next() == ValueType.EXTENSION;
  }
}
