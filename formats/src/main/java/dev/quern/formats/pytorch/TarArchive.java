package dev.quern.formats.pytorch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// A tar archive, in place.
///
/// | at | bytes | of a header of 512 |
/// |---:|---:|---|
/// | 0 | 100 | name |
/// | 124 | 12 | size: octal digits, or 8 bytes big-endian after a byte of 0x80 and three of 0 |
/// | 148 | 8 | sum of the header's bytes, these counted as spaces; octal digits |
/// | 156 | 1 | kind: `0` or zero for a file |
///
/// The content follows, filled up to a multiple of 512; a header of zeros ends the archive.
final class TarArchive {
  private static final int BLOCK = 512;

  private final Path file;
  private final MemorySegment bytes;
  private final Map<String, MemorySegment> members = new HashMap<>();

  TarArchive(Path file, MemorySegment bytes, HeapBudget budget) {
    this.file = file;
    this.bytes = bytes;
    long at = 0;
    while (at <= bytes.byteSize() - BLOCK && bytes.get(Le.BYTE, at) != 0) {
      budget.charge(file, "directory", 400);
      if (!isHeader(bytes, at)) {
        throw malformed("a header of the archive has another checksum", at);
      }
      long size = size(at);
      if (size < 0 || size > bytes.byteSize() - at - BLOCK) {
        throw malformed(
            "member %s would have %d bytes: the file is cut short or damaged"
                .formatted(name(at), size),
            at);
      }
      byte kind = bytes.get(Le.BYTE, at + 156);
      if (kind == '0' || kind == 0) {
        add(name(at), bytes.asSlice(at + BLOCK, size), at);
      }
      at += BLOCK + Math.ceilDiv(size, (long) BLOCK) * BLOCK;
    }
  }

  /// True if a header begins at `at`.
  static boolean isHeader(MemorySegment bytes, long at) {
    if (bytes.byteSize() - at < BLOCK) {
      return false;
    }
    long sum = 0;
    for (int i = 0; i < BLOCK; i++) {
      sum += i >= 148 && i < 156 ? ' ' : bytes.get(Le.BYTE, at + i) & 0xff;
    }
    return sum == octal(bytes, at + 148, 8);
  }

  private void add(String name, MemorySegment content, long at) {
    if (members.put(name, content) != null) {
      throw malformed("there are two members " + name, at);
    }
  }

  /// The content of the member called `name`.
  MemorySegment member(String name) {
    MemorySegment content = members.get(name);
    if (content == null) {
      throw new MalformedFileException(
          file, "the archive has no member " + name + ", so PyTorch did not write it");
    }
    return content;
  }

  private String name(long at) {
    String name = new String(bytes.asSlice(at, 100).toArray(Le.BYTE), ISO_8859_1);
    int end = name.indexOf('\0');
    return end < 0 ? name : name.substring(0, end);
  }

  private long size(long at) {
    return bytes.get(Le.BYTE, at + 124) == (byte) 0x80
        ? Long.reverseBytes(bytes.get(Le.LONG, at + 128))
        : octal(bytes, at + 124, 12);
  }

  private static long octal(MemorySegment bytes, long from, int length) {
    String digits = new String(bytes.asSlice(from, length).toArray(Le.BYTE), ISO_8859_1);
    String text = digits.replace('\0', ' ').strip();
    return text.matches("[0-7]{1,12}") ? Long.parseLong(text, 8) : -1;
  }

  private MalformedFileException malformed(String problem, long at) {
    return new MalformedFileException(file, problem + " (at byte " + at + ")");
  }
}
