package dev.quern.formats.safetensors;

import dev.quern.formats.DType;
import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceData;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.io.HeapBudget;
import dev.quern.formats.io.JsonCursor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// Reads and checks the header of one file.
final class SafetensorsHeader {
  /// The reference library's limit.
  static final long LONGEST = 100_000_000;

  private static final int MOST_EXTENTS = 8;
  private static final long ENTRY_COST = 512;

  private final Path file;
  private final MemorySegment bytes;
  private final long size;
  private final HeapBudget budget;
  private final long length;
  private final List<Entry> entries = new ArrayList<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  /// A tensor as the header describes it, offsets not yet checked against others.
  ///
  /// It compares by itself: the comparators that the JDK makes are of classes that every JVM has to
  /// make anew, and this is read at the start.
  private record Entry(String name, DType dtype, Shape shape, long begin, long end) {
    static int byName(Entry one, Entry other) {
      return one.name.compareTo(other.name);
    }

    static int byPlace(Entry one, Entry other) {
      int first = Long.compare(one.begin, other.begin);
      return first == 0 ? Long.compare(one.end, other.end) : first;
    }
  }

  private SafetensorsHeader(Path file, MemorySegment bytes, long size, HeapBudget budget) {
    this.file = file;
    this.bytes = bytes;
    this.size = size;
    this.budget = budget;
    this.length = readLength();
  }

  /// Reads the header of `bytes`, the whole of `file`.
  static SafetensorsHeader read(Path file, MemorySegment bytes, HeapBudget budget) {
    return read(file, bytes, bytes.byteSize(), budget);
  }

  /// Reads the header of a file of `size` bytes, of which `bytes` are the first ones: at least 9,
  /// and the whole header if it is not longer than they say.
  static SafetensorsHeader read(Path file, MemorySegment bytes, long size, HeapBudget budget) {
    SafetensorsHeader header = new SafetensorsHeader(file, bytes, size, budget);
    MemorySegment text = bytes.asSlice(8, header.length);
    try (JsonCursor json = new JsonCursor(file, text, 8)) {
      header.readMembers(json);
    }
    header.checkLayout();
    return header;
  }

  /// The strings of `__metadata__`.
  Map<String, String> metadata() {
    return Map.copyOf(metadata);
  }

  /// Every tensor with its bytes, by name.
  List<SourceTensor> tensors() {
    long data = 8 + length;
    return byName(
        entry ->
            new SourceTensor(
                entry.name,
                entry.dtype,
                entry.shape,
                bytes.asSlice(data + entry.begin, entry.end - entry.begin),
                file));
  }

  /// Every tensor with the data that `place` finds for it, by name.
  List<SourceTensor> tensors(Place place) {
    long data = 8 + length;
    return byName(
        entry ->
            new SourceTensor(
                entry.name,
                entry.dtype,
                entry.shape,
                place.data(data + entry.begin, entry.dtype, entry.shape),
                file));
  }

  private List<SourceTensor> byName(Function<Entry, SourceTensor> tensor) {
    return entries.stream().sorted(Entry::byName).map(tensor).toList();
  }

  /// Finds the numbers of a tensor.
  interface Place {
    /// The numbers that begin at byte `begin` of the file.
    SourceData data(long begin, DType dtype, Shape shape);
  }

  private long readLength() {
    if (size < 8) {
      throw malformed("the file has " + size + " bytes, safetensors files have at least 10");
    }
    long found = bytes.get(Le.LONG, 0);
    if (found < 2 || found > LONGEST) {
      throw malformed(
          ("header length is " + Long.toUnsignedString(found))
              + (", wanted 2 to " + LONGEST + " (at byte 0): not a safetensors file"));
    }
    if (found > size - 8) {
      throw malformed(
          ("header length is " + found + " but only " + (size - 8) + " bytes follow (at byte 0)")
              + ": the file is cut short, fetch it again");
    }
    byte first = bytes.get(Le.BYTE, 8);
    if (first != '{') {
      throw malformed("header begins with byte " + (first & 0xff) + ", not with '{' (at byte 8)");
    }
    return found;
  }

  private void readMembers(JsonCursor json) {
    json.beginObject("header");
    while (json.nextName()) {
      String name = json.name();
      if (name.equals("__metadata__")) {
        readMetadata(json);
      } else {
        entries.add(readEntry(json, name));
      }
    }
    json.end();
  }

  private void readMetadata(JsonCursor json) {
    json.beginObject("__metadata__");
    while (json.nextName()) {
      String key = json.name();
      String value = json.text("__metadata__ " + key);
      budget.chargeText(file, "__metadata__", (long) key.length() + value.length() + 64);
      metadata.put(key, value);
    }
  }

  private Entry readEntry(JsonCursor json, String name) {
    budget.charge(file, "table of tensors", ENTRY_COST);
    budget.chargeText(file, "table of tensors", name.length());
    DType dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    json.beginObject("tensor " + name);
    while (json.nextName()) {
      switch (json.name()) {
        case "dtype" -> dtype = readType(json, name);
        case "shape" -> shape = json.counts("shape of " + name, MOST_EXTENTS);
        case "data_offsets" -> offsets = json.counts("data_offsets of " + name, 2);
        default -> json.skip();
      }
    }
    if (dtype == null || shape == null || offsets == null) {
      throw json.malformed("tensor " + name + " lacks one of dtype, shape and data_offsets");
    }
    if (offsets.size() != 2) {
      throw json.malformed("data_offsets of " + name + " are " + offsets + ", wanted two numbers");
    }
    return checkSize(name, dtype, shape, offsets);
  }

  private static DType readType(JsonCursor json, String name) {
    String text = json.text("dtype of " + name);
    return DType.fromName(text)
        .orElseThrow(
            () -> json.malformed("dtype of " + name + " is \"" + text + "\", an unknown type"));
  }

  /// The tensor's bytes must be what type and shape say.
  private Entry checkSize(String name, DType dtype, List<Long> extents, List<Long> offsets) {
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (end < begin) {
      throw malformed("tensor " + name + " ends at " + end + ", before its begin at " + begin);
    }
    try {
      Shape shape = extents.isEmpty() ? Shape.of(1) : new Shape(extents.reversed());
      if (!dtype.fillsBytes(shape.elements())) {
        throw malformed(
            "tensor "
                + name
                + " has "
                + shape.elements()
                + " elements of "
                + dtype
                + ", no whole bytes");
      }
      long wanted = dtype.bytes(shape.elements());
      if (end - begin != wanted) {
        throw malformed(
            ("tensor " + name + " has " + (end - begin) + " bytes in data_offsets but ")
                + (dtype + " " + extents + " takes " + wanted));
      }
      return new Entry(name, dtype, shape, begin, end);
    } catch (ArithmeticException e) {
      throw malformed("tensor " + name + " of shape " + extents + " has more than 2^63 bytes");
    }
  }

  /// Tensors must follow each other without overlap or hole and end with the file.
  private void checkLayout() {
    List<Entry> inOrder = new ArrayList<>(entries);
    inOrder.sort(Entry::byPlace);
    long at = 0;
    for (Entry entry : inOrder) {
      if (entry.begin != at) {
        String what =
            entry.begin < at ? " overlaps the tensor before it" : " leaves a hole before it";
        throw malformed(
            "tensor "
                + entry.name
                + " begins at "
                + entry.begin
                + " but "
                + at
                + " is next: it"
                + what);
      }
      at = entry.end;
    }
    long left = size - 8 - length;
    if (at != left) {
      String what =
          at > left
              ? (at - left) + " are missing: the file is cut short, fetch it again"
              : (left - at) + " at the end belong to no tensor";
      throw malformed("tensors take " + at + " bytes but " + left + " follow the header, " + what);
    }
  }

  private MalformedFileException malformed(String problem) {
    return new MalformedFileException(file, problem);
  }
}
