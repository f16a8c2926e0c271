package dev.quern.formats.pytorch;

import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.io.HeapBudget;
import dev.quern.formats.io.Utf8;
import dev.quern.formats.pytorch.ZipArchive.Entry;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Reads the directory at the end of a zip archive, with or without ZIP64.
///
/// | record | bytes | of it |
/// |---|---:|---|
/// | end (`PK\5\6`) | 22 | 8 entries here, 10 entries, 12 size and 16 offset of the directory, 20 length of the comment that ends the file |
/// | ZIP64 locator (`PK\6\7`), 20 before the end | 20 | 8 offset of the ZIP64 end |
/// | ZIP64 end (`PK\6\6`) | 56 | 24 entries here, 32 entries, 40 size and 48 offset of the directory |
/// | entry of the directory (`PK\1\2`) | 46 | 8 flags, 10 method, 16 CRC, 20 compressed size, 24 size, 28 lengths of name, extra field and comment, 42 offset of the local header |
/// | local header (`PK\3\4`) | 30 | 26 lengths of name and extra field; the data follow |
///
/// Sizes and offsets of all ones are in the extra field 1, 8 bytes each, in this order: size,
/// compressed size, offset. No two entries may share bytes, and no name may lead out of the
/// archive.
final class ZipDirectory {
  private static final int END = 0x06054b50;
  private static final int LOCATOR = 0x07064b50;
  private static final int END64 = 0x06064b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int LOCAL = 0x04034b50;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int ENTRY_COST = 200;
  private static final long ONES = 0xffff_ffffL;
  private static final int ENCRYPTED = 1;
  private static final Pattern OUTSIDE =
      Pattern.compile("|/.*|.*[\\\\:\\x00].*|(.*/)?\\.\\.?(/.*)?", Pattern.DOTALL);

  private final Path file;
  private final MemorySegment bytes;
  private final HeapBudget budget;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private ZipDirectory(Path file, MemorySegment bytes, HeapBudget budget) {
    this.file = file;
    this.bytes = bytes;
    this.budget = budget;
  }

  /// The entries of the archive `bytes`, by name, in the order of its directory.
  static Map<String, Entry> read(Path file, MemorySegment bytes, HeapBudget budget) {
    ZipDirectory directory = new ZipDirectory(file, bytes, budget);
    directory.read();
    return directory.entries;
  }

  private void read() {
    long end = findEnd();
    long count = bytes.get(Le.SHORT, end + 10) & 0xffff;
    long size = unsigned32(end + 12);
    long offset = unsigned32(end + 16);
    long limit = end;
    if (end >= 20 && bytes.get(Le.INT, end - 20) == LOCATOR) {
      long end64 = bytes.get(Le.LONG, end - 12);
      check(end64 >= 0 && end64 <= end - 76, "the ZIP64 end would be at " + end64, end - 20);
      check(bytes.get(Le.INT, end64) == END64, "there is no ZIP64 end", end64);
      count = bytes.get(Le.LONG, end64 + 32);
      size = bytes.get(Le.LONG, end64 + 40);
      offset = bytes.get(Le.LONG, end64 + 48);
      limit = end64;
    }
    check(
        size >= 0 && offset >= 0 && offset <= limit && size <= limit - offset,
        "the directory of the archive would have %d bytes from %d".formatted(size, offset),
        limit);
    readEntries(offset, offset + size, count);
    checkOverlaps();
  }

  /// The end record: the last one whose comment ends the file.
  private long findEnd() {
    long size = bytes.byteSize();
    for (long at = size - 22; at >= Math.max(0, size - 22 - LONGEST_COMMENT); at--) {
      if (bytes.get(Le.INT, at) == END
          && at + 22 + (bytes.get(Le.SHORT, at + 20) & 0xffff) == size) {
        return at;
      }
    }
    throw new MalformedFileException(
        file, "the archive has no directory at its end: the file is cut short, fetch it again");
  }

  private void readEntries(long from, long to, long count) {
    long at = from;
    for (long i = 0; i < count; i++) {
      check(to - at >= 46, "the directory ends after %d of %d entries".formatted(i, count), at);
      check(bytes.get(Le.INT, at) == CENTRAL, "no entry of the directory begins", at);
      int name = bytes.get(Le.SHORT, at + 28) & 0xffff;
      int extra = bytes.get(Le.SHORT, at + 30) & 0xffff;
      int comment = bytes.get(Le.SHORT, at + 32) & 0xffff;
      long next = at + 46 + name + extra + comment;
      check(next <= to, "an entry goes beyond the directory", at);
      budget.charge(file, "directory", ENTRY_COST);
      budget.chargeText(file, "directory", name);
      addEntry(at, name, extra, from);
      at = next;
    }
    check(at == to, (to - at) + " bytes of the directory belong to no entry", at);
  }

  private void addEntry(long at, int nameLength, int extraLength, long directory) {
    String name = name(at + 46, nameLength, at);
    Fields fields = new Fields(at, at + 46 + nameLength, extraLength);
    long size = fields.next(at + 24);
    long compressed = fields.next(at + 20);
    long header = fields.next(at + 42);
    int flags = bytes.get(Le.SHORT, at + 8);
    int method = bytes.get(Le.SHORT, at + 10) & 0xffff;
    check((flags & ENCRYPTED) == 0, "entry " + name + " is encrypted", at);
    check(
        header >= 0 && header <= directory - 30,
        "entry %s would begin at %d".formatted(name, header),
        at);
    long data = data(name, header, at + 46, nameLength);
    check(
        data <= directory && compressed >= 0 && compressed <= directory - data,
        "entry %s would have %s bytes from %d"
            .formatted(name, Long.toUnsignedString(compressed), data),
        at);
    check(method != 0 || size == compressed, "entry " + name + " has two sizes", at);
    check(size >= 0, "entry " + name + " would have more than 2^63 bytes", at);
    Entry entry =
        new Entry(name, method, header, data, compressed, size, bytes.get(Le.INT, at + 16));
    check(entries.put(name, entry) == null, "there are two entries " + name, at);
  }

  /// Where the data begin of an entry whose name is in the directory from byte `nameAt`.
  private long data(String name, long header, long nameAt, int nameLength) {
    check(bytes.get(Le.INT, header) == LOCAL, "entry " + name + " has no header", header);
    int length = bytes.get(Le.SHORT, header + 26) & 0xffff;
    long from = header + 30;
    check(
        length == nameLength
            && from + length <= bytes.byteSize()
            && MemorySegment.mismatch(
                    bytes, from, from + length, bytes, nameAt, nameAt + nameLength)
                < 0,
        "entry " + name + " has another name in its header",
        header);
    return from + length + (bytes.get(Le.SHORT, header + 28) & 0xffff);
  }

  private String name(long from, int length, long at) {
    check(Utf8.isWellFormed(bytes, from, length), "the name of an entry is not UTF-8", at);
    String name = Utf8.decode(bytes, from, length);
    check(
        !OUTSIDE.matcher(name).matches(),
        "an entry is called \"" + name + "\", which leads out of the archive",
        at);
    return name;
  }

  /// The sizes of an entry, of which some may be in its extra field.
  private final class Fields {
    private final long at;
    private long wide;
    private long wideEnd;

    Fields(long at, long extra, int length) {
      this.at = at;
      long end = extra + length;
      for (long field = extra; field <= end - 4; ) {
        int size = bytes.get(Le.SHORT, field + 2) & 0xffff;
        if (bytes.get(Le.SHORT, field) == 1 && field + 4 + size <= end) {
          wide = field + 4;
          wideEnd = field + 4 + size;
        }
        field += 4L + size;
      }
    }

    long next(long field) {
      long value = unsigned32(field);
      if (value != ONES) {
        return value;
      }
      check(wideEnd - wide >= 8, "an entry lacks its ZIP64 sizes", at);
      long found = bytes.get(Le.LONG, wide);
      wide += 8;
      return found;
    }
  }

  private void checkOverlaps() {
    List<Entry> inOrder = new ArrayList<>(entries.values());
    inOrder.sort(Comparator.comparingLong(Entry::header));
    for (int i = 1; i < inOrder.size(); i++) {
      Entry before = inOrder.get(i - 1);
      Entry entry = inOrder.get(i);
      check(
          before.data() + before.compressed() <= entry.header(),
          "entries %s and %s overlap".formatted(before.name(), entry.name()),
          entry.header());
    }
  }

  private long unsigned32(long at) {
    return bytes.get(Le.INT, at) & ONES;
  }

  private void check(boolean holds, String problem, long at) {
    if (!holds) {
      throw new MalformedFileException(file, problem + " (at byte " + at + ")");
    }
  }
}
