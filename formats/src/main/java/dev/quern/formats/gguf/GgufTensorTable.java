package dev.quern.formats.gguf;

import dev.quern.formats.GgmlType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.io.HeapBudget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads the tensor table and checks that every tensor lies in the file, aligned and alone.
final class GgufTensorTable {
  private static final int MOST_EXTENTS = 4;
  private static final long ENTRY_COST = 640;
  private static final Set<Integer> REMOVED = Set.of(4, 5, 31, 32, 33, 36, 37, 38);

  private final GgufCursor in;
  private final HeapBudget budget;
  private final int alignment;
  private final Set<String> names = new HashSet<>();
  private long dataStart;

  GgufTensorTable(GgufCursor in, HeapBudget budget, int alignment) {
    this.in = in;
    this.budget = budget;
    this.alignment = alignment;
  }

  /// Reads `count` entries; the weights begin behind them.
  List<GgufTensor> read(long count) {
    List<GgufTensor> relative = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      relative.add(readEntry(i));
    }
    dataStart = GgufLayout.align(in.position(), alignment);
    List<GgufTensor> tensors = new ArrayList<>(relative.size());
    for (GgufTensor tensor : relative) {
      tensors.add(place(tensor));
    }
    checkEnd(tensors);
    checkOverlap(tensors);
    return List.copyOf(tensors);
  }

  /// The byte at which the weights begin.
  long dataStart() {
    return dataStart;
  }

  private GgufTensor readEntry(long index) {
    long at = in.position();
    String name = in.readText("name of tensor " + index, GgufReader.LONGEST_NAME);
    budget.charge(in.file(), "table of tensors", ENTRY_COST);
    budget.chargeText(in.file(), "table of tensors", in.position() - at);
    if (name.isEmpty()) {
      throw in.malformed(at, "the name of tensor " + index + " is empty");
    }
    if (!names.add(name)) {
      throw in.malformed(at, "tensor " + name + " occurs twice");
    }
    Shape shape = readShape(name);
    GgmlType type = readType(name);
    checkSize(name, type, shape);
    return new GgufTensor(new TensorInfo(name, type, shape), readOffset(name));
  }

  private Shape readShape(String name) {
    long at = in.position();
    long rank = in.readUint32("rank of " + name);
    if (rank > MOST_EXTENTS) {
      throw in.malformed(at, "tensor " + name + " has rank " + rank + ", wanted at most 4");
    }
    List<Long> extents = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      extents.add(in.readExtent("extent " + axis + " of " + name));
    }
    try {
      return rank == 0 ? Shape.of(1) : new Shape(extents);
    } catch (ArithmeticException e) {
      throw in.malformed(
          at, "tensor " + name + " of extents " + extents + " has 2^63 weights or more");
    }
  }

  private GgmlType readType(String name) {
    long at = in.position();
    long id = in.readUint32("type of " + name);
    return GgmlType.fromId((int) Math.min(id, Integer.MAX_VALUE))
        .orElseThrow(() -> in.malformed(at, unknownType(name, id)));
  }

  private static String unknownType(String name, long id) {
    String found = "tensor " + name + " has type " + id;
    return id <= Integer.MAX_VALUE && REMOVED.contains((int) id)
        ? found + ", which GGML has removed: make the file again from its source"
        : found
            + ", which is not known here: a newer version may, or make the file with another type";
  }

  private void checkSize(String name, GgmlType type, Shape shape) {
    if (!type.divides(shape.rowLength())) {
      throw in.malformed(
          in.position(),
          ("tensor "
                  + name
                  + " has rows of "
                  + shape.rowLength()
                  + " weights, not a whole number of ")
              + (type + " blocks of " + type.blockSize()));
    }
    try {
      Math.multiplyExact(type.bytes(shape.rowLength()), shape.rows());
    } catch (ArithmeticException e) {
      throw in.malformed(
          in.position(), "tensor " + name + ", " + type + " " + shape + ", has 2^63 bytes or more");
    }
  }

  private long readOffset(String name) {
    long at = in.position();
    long offset = in.readOffset("offset of " + name);
    if (offset % alignment != 0) {
      throw in.malformed(
          at, "offset of " + name + " is " + offset + ", wanted a multiple of " + alignment);
    }
    return offset;
  }

  /// The entry with its offset counted from the start of the file.
  private GgufTensor place(GgufTensor relative) {
    try {
      GgufTensor placed =
          new GgufTensor(relative.info(), Math.addExact(dataStart, relative.offset()));
      Math.addExact(placed.offset(), placed.info().bytes());
      return placed;
    } catch (ArithmeticException e) {
      throw malformed(
          "tensor "
              + relative.info().name()
              + " at offset "
              + relative.offset()
              + " ends past 2^63");
    }
  }

  private void checkEnd(List<GgufTensor> tensors) {
    long size = in.bytes().byteSize();
    tensors.stream()
        .max(Comparator.comparingLong(GgufTensor::end))
        .filter(last -> last.end() > size)
        .ifPresent(
            last -> {
              throw malformed(
                  ("tensor " + last.info().name() + " lies at bytes " + last.offset() + " to ")
                      + (last.end() + " but the file has " + size + ": it is cut short by ")
                      + ((last.end() - size) + " bytes, fetch it again"));
            });
  }

  private void checkOverlap(List<GgufTensor> tensors) {
    List<GgufTensor> byOffset = new ArrayList<>(tensors);
    byOffset.removeIf(tensor -> tensor.info().bytes() == 0);
    byOffset.sort(Comparator.comparingLong(GgufTensor::offset));
    for (int i = 1; i < byOffset.size(); i++) {
      GgufTensor before = byOffset.get(i - 1);
      GgufTensor tensor = byOffset.get(i);
      if (tensor.offset() < before.end()) {
        throw malformed(
            ("tensor " + tensor.info().name() + " begins at byte " + tensor.offset())
                + (" but " + before.info().name() + " ends at byte " + before.end()));
      }
    }
  }

  private MalformedFileException malformed(String problem) {
    return new MalformedFileException(in.file(), problem);
  }
}
