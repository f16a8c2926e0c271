package dev.quern.formats.pytorch;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// A zip archive, in place: nothing is written, stored entries are not even copied.
final class ZipArchive {
  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  /// No deflated byte becomes more than this many.
  private static final int STEEPEST = 1032;

  private final Path file;
  private final MemorySegment bytes;
  private final HeapBudget budget;
  private final Map<String, Entry> entries;

  /// An entry.
  ///
  /// @param name in the archive
  /// @param method 0 stored, 8 deflated
  /// @param header first byte of its local header
  /// @param data first byte of its data
  /// @param compressed bytes of its data
  /// @param size bytes of its content
  /// @param crc of its content
  record Entry(
      String name, int method, long header, long data, long compressed, long size, int crc) {}

  ZipArchive(Path file, MemorySegment bytes, HeapBudget budget) {
    this.file = file;
    this.bytes = bytes;
    this.budget = budget;
    this.entries = ZipDirectory.read(file, bytes, budget);
  }

  /// The names of its entries.
  Set<String> names() {
    return entries.keySet();
  }

  /// The entry called `name`, if there is one.
  Optional<Entry> entry(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  /// The content of `entry`: in the mapped file if it is stored there, else on the heap.
  MemorySegment content(Entry entry) {
    MemorySegment data = bytes.asSlice(entry.data, entry.compressed);
    return switch (entry.method) {
      case STORED -> data;
      case DEFLATED -> checked(entry, inflate(entry, data));
      default ->
          throw malformed(
              entry, "is compressed by method " + entry.method + ", known are 0 and 8", "");
    };
  }

  /// The content of `entry`, held against its checksum.
  MemorySegment checkedContent(Entry entry) {
    MemorySegment content = content(entry);
    return entry.method == STORED ? checked(entry, content) : content;
  }

  private MemorySegment checked(Entry entry, MemorySegment content) {
    CRC32 crc = new CRC32();
    crc.update(content.asByteBuffer());
    if ((int) crc.getValue() != entry.crc) {
      throw malformed(entry, "is damaged: its checksum is another", ", fetch the file again");
    }
    return content;
  }

  private MemorySegment inflate(Entry entry, MemorySegment data) {
    if (entry.size / STEEPEST > entry.compressed) {
      throw malformed(
          entry,
          "cannot have %d bytes in %d deflated ones".formatted(entry.size, entry.compressed),
          "");
    }
    budget.charge(file, "deflated entries (unpack the archive and store them: zip -0)", entry.size);
    byte[] content = new byte[Math.toIntExact(entry.size)];
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(data.asByteBuffer());
      int done = 0;
      while (done < content.length && !inflater.finished() && !inflater.needsInput()) {
        done += inflater.inflate(content, done, content.length - done);
      }
      if (!inflater.finished() && inflater.inflate(new byte[1]) != 0) {
        throw malformed(entry, "has more than its %d bytes".formatted(entry.size), "");
      }
      if (done < content.length) {
        throw malformed(entry, "has %d bytes, wanted %d".formatted(done, entry.size), "");
      }
      return MemorySegment.ofArray(content);
    } catch (DataFormatException e) {
      throw new MalformedFileException(
          file, "entry %s is damaged: it cannot be inflated".formatted(entry.name), e);
    } finally {
      inflater.end();
    }
  }

  private MalformedFileException malformed(Entry entry, String problem, String advice) {
    return new MalformedFileException(
        file, "entry %s %s (at byte %d)%s".formatted(entry.name, problem, entry.header, advice));
  }
}
