package dev.quern.formats.imatrix;

import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MappedFile;
import dev.quern.formats.imatrix.ImportanceMatrix.Origin;
import dev.quern.formats.io.HeapBudget;
import dev.quern.formats.io.Utf8;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads the older format.
final class DatReader {
  private static final int SMALLEST_ENTRY = 17;
  private static final int LONGEST_NAME = 65535;
  private static final long ENTRY_COST = 400;

  private final Path file;
  private final MemorySegment bytes;
  private final HeapBudget budget;
  private long position;

  private DatReader(Path file, MemorySegment bytes, HeapBudget budget) {
    this.file = file;
    this.bytes = bytes;
    this.budget = budget;
  }

  /// Reads `mapped`, which is closed with the matrix.
  static ImportanceMatrix read(MappedFile mapped, HeapBudget budget) {
    return new DatReader(mapped.path(), mapped.bytes(), budget).read(mapped::close);
  }

  private ImportanceMatrix read(Runnable unmap) {
    Map<String, ImportanceEntry> entries = new LinkedHashMap<>();
    int count = readCount("the number of entries", 1, (left() - 4) / SMALLEST_ENTRY);
    for (int i = 0; i < count; i++) {
      long at = position;
      ImportanceEntry entry = readEntry(i);
      if (entries.put(entry.name(), entry) != null) {
        throw malformed(at, "entry " + entry.name() + " occurs twice");
      }
    }
    return new ImportanceMatrix(file, readOrigin(), entries.values(), unmap);
  }

  private ImportanceEntry readEntry(int index) {
    String name = readText("the name of entry " + index, 1);
    budget.charge(file, "list of entries", ENTRY_COST);
    int chunks = readCount("the number of chunks of " + name, 0, Integer.MAX_VALUE);
    int size = readCount("the number of values of " + name, 1, (left() - 4) / 4);
    MemorySegment values = bytes.asSlice(position, 4L * size);
    position += values.byteSize();
    FloatSource sums = ImportanceMatrix.checked(file, name, size, values, false);
    return new ImportanceEntry(name, true, size, new long[] {chunks}, sums, null);
  }

  private Origin readOrigin() {
    int chunks = 0;
    List<String> datasets = List.of();
    if (left() > 0) {
      chunks = readCount("the number of chunks", 0, Integer.MAX_VALUE);
    }
    if (left() > 0) {
      String dataset = readText("the name of the data set", 0);
      datasets = dataset.isEmpty() ? List.of() : List.of(dataset);
    }
    if (left() > 0) {
      throw malformed(position, left() + " bytes follow the name of the data set");
    }
    return new Origin(datasets, chunks, 0, 0, true);
  }

  private String readText(String what, int shortest) {
    int length = readCount("the length of " + what, shortest, Math.min(LONGEST_NAME, left() - 4));
    budget.chargeText(file, "list of entries", length);
    if (!Utf8.isWellFormed(bytes, position, length)) {
      throw malformed(position, what + " is not well-formed UTF-8");
    }
    String text = Utf8.decode(bytes, position, length);
    if (text.indexOf('\0') >= 0) {
      throw malformed(position, what + " holds a zero byte");
    }
    position += length;
    return text;
  }

  /// A signed 32-bit number from `least` to `most`, where `most` is what the rest of the file can
  /// hold.
  private int readCount(String what, int least, long most) {
    long at = position;
    if (left() < 4) {
      throw malformed(
          at, "%s has 4 bytes but only %d follow: the file is cut short".formatted(what, left()));
    }
    int count = bytes.get(Le.INT, at);
    if (count < least || count > most) {
      String problem = "%s is %d, wanted %d to %d".formatted(what, count, least, most);
      throw malformed(at, at == 0 ? "not an importance matrix: " + problem : problem);
    }
    position += 4;
    return count;
  }

  private long left() {
    return bytes.byteSize() - position;
  }

  private MalformedFileException malformed(long at, String problem) {
    return new MalformedFileException(file, problem + " (at byte " + at + ")");
  }
}
