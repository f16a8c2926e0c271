package dev.quern.formats.gguf;

import dev.quern.formats.Le;
import dev.quern.formats.MetadataType;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;

/// Reads metadata values. Arrays are checked to their last element and left where they are.
final class GgufValues {
  private static final int LONGEST_TEXT = 8 << 20;
  private static final int MOST_ELEMENTS = 1 << 24;
  private static final int DEEPEST = 4;

  private final GgufCursor in;
  private final HeapBudget budget;

  GgufValues(GgufCursor in, HeapBudget budget) {
    this.in = in;
    this.budget = budget;
  }

  /// The value of type `type` that comes next; `what` names it in messages.
  MetadataValue read(String what, MetadataType type) {
    return read(what, type, 1);
  }

  /// Steps over the value of type `type` that comes next, checking it.
  void skip(String what, MetadataType type, int depth) {
    switch (type) {
      case STRING -> in.skipText(what, LONGEST_TEXT);
      case ARRAY -> {
        checkDepth(what, depth);
        MetadataType elementType = in.readType("elements of " + what);
        int length = readElementCount(what, elementType);
        if (elementType.isFixedSize()) {
          skipFixed(what, elementType, length);
        } else {
          for (int i = 0; i < length; i++) {
            skip(what, elementType, depth + 1);
          }
        }
      }
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64, FLOAT32, FLOAT64, BOOL ->
          skipFixed(what, type, 1);
    }
  }

  private MetadataValue read(String what, MetadataType type, int depth) {
    return switch (type) {
      case STRING -> readText(what);
      case ARRAY -> readArray(what, depth);
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64, FLOAT32, FLOAT64, BOOL -> {
        long at = in.position();
        skipFixed(what, type, 1);
        yield scalar(type, in.bytes(), at);
      }
    };
  }

  /// The number or truth value of type `type` at byte `at`.
  static MetadataValue scalar(MetadataType type, MemorySegment bytes, long at) {
    return switch (type) {
      case UINT8 -> new MetadataValue.Uint8(bytes.get(Le.BYTE, at) & 0xff);
      case INT8 -> new MetadataValue.Int8(bytes.get(Le.BYTE, at));
      case UINT16 -> new MetadataValue.Uint16(bytes.get(Le.SHORT, at) & 0xffff);
      case INT16 -> new MetadataValue.Int16(bytes.get(Le.SHORT, at));
      case UINT32 -> new MetadataValue.Uint32(Integer.toUnsignedLong(bytes.get(Le.INT, at)));
      case INT32 -> new MetadataValue.Int32(bytes.get(Le.INT, at));
      case FLOAT32 -> new MetadataValue.Float32(bytes.get(Le.FLOAT, at));
      case BOOL -> new MetadataValue.Bool(bytes.get(Le.BYTE, at) != 0);
      case UINT64 -> new MetadataValue.Uint64(bytes.get(Le.LONG, at));
      case INT64 -> new MetadataValue.Int64(bytes.get(Le.LONG, at));
      case FLOAT64 -> new MetadataValue.Float64(bytes.get(Le.DOUBLE, at));
      case STRING, ARRAY -> throw new IllegalArgumentException(type + " has no fixed size");
    };
  }

  private MetadataValue.Text readText(String what) {
    long before = in.position();
    String text = in.readText(what, LONGEST_TEXT);
    budget.chargeText(in.file(), "metadata", in.position() - before);
    return new MetadataValue.Text(text);
  }

  private MetadataValue.Array readArray(String what, int depth) {
    checkDepth(what, depth);
    MetadataType type = in.readType("elements of " + what);
    int length = readElementCount(what, type);
    long begin = in.position();
    long[] marks = type.isFixedSize() ? new long[0] : mark(what, type, length, depth);
    if (type.isFixedSize()) {
      skipFixed(what, type, length);
    }
    MemorySegment elements = in.bytes().asSlice(begin, in.position() - begin);
    return new MetadataValue.Array(
        type.id(), new GgufArray(in.file(), elements, type, length, marks, in.wide()));
  }

  /// Steps over the elements and notes where every 32nd begins.
  private long[] mark(String what, MetadataType type, int length, int depth) {
    long begin = in.position();
    int count = Math.ceilDiv(length, GgufArray.STRIDE);
    budget.charge(in.file(), "metadata", 128 + 16L * count); // large arrays leave room unused
    long[] marks = new long[count];
    for (int i = 0; i < length; i++) {
      if (i % GgufArray.STRIDE == 0) {
        marks[i / GgufArray.STRIDE] = in.position() - begin;
      }
      skip(what, type, depth + 1);
    }
    return marks;
  }

  private void skipFixed(String what, MetadataType type, int count) {
    long at = in.take(what, (long) count * type.bytes());
    if (type == MetadataType.BOOL) {
      for (long i = at; i < in.position(); i++) {
        int found = in.bytes().get(Le.BYTE, i) & 0xff;
        if (found > 1) {
          throw in.malformed(i, what + " is " + found + ", wanted 0 or 1 for a boolean");
        }
      }
    }
  }

  private void checkDepth(String what, int depth) {
    if (depth > DEEPEST) {
      throw in.malformed(in.position(), what + " nests arrays more than " + DEEPEST + " deep");
    }
  }

  private int readElementCount(String what, MetadataType type) {
    long at = in.position();
    long length = in.readLength("length of " + what, leastBytes(type));
    if (length > MOST_ELEMENTS) {
      throw in.malformed(
          at, "length of " + what + " is " + length + ", wanted at most " + MOST_ELEMENTS);
    }
    return (int) length;
  }

  private long leastBytes(MetadataType type) {
    return switch (type) {
      case STRING -> in.lengthBytes();
      case ARRAY -> 4 + in.lengthBytes();
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64, FLOAT32, FLOAT64, BOOL ->
          type.bytes();
    };
  }
}
