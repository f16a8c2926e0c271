package dev.quern.formats.gguf;

import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataType;
import dev.quern.formats.io.Utf8;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// Walks over the bytes of a file; nothing is read past the end, and every length fits in what
/// follows it.
final class GgufCursor {
  private final Path file;
  private final MemorySegment bytes;
  private boolean wide;
  private long position;

  /// A walk from byte `position` on; lengths have 8 bytes if `wide`, 4 otherwise.
  GgufCursor(Path file, MemorySegment bytes, long position, boolean wide) {
    this.file = file;
    this.bytes = bytes;
    this.position = position;
    this.wide = wide;
  }

  Path file() {
    return file;
  }

  MemorySegment bytes() {
    return bytes;
  }

  long position() {
    return position;
  }

  boolean wide() {
    return wide;
  }

  /// From here on lengths have 8 bytes, or 4.
  void useWideLengths(boolean yes) {
    wide = yes;
  }

  /// Bytes of a length in this file.
  int lengthBytes() {
    return wide ? 8 : 4;
  }

  /// Steps over `count` bytes and returns where they begin.
  long take(String what, long count) {
    long left = bytes.byteSize() - position;
    if (count > left) {
      throw malformed(
          position,
          what + " has " + count + " bytes but only " + left + " follow: the file is cut short");
    }
    long at = position;
    position += count;
    return at;
  }

  /// An unsigned 32-bit number.
  long readUint32(String what) {
    return Integer.toUnsignedLong(bytes.get(Le.INT, take(what, 4)));
  }

  /// An unsigned number as long as lengths are, of up to 2^63 - 1.
  long readExtent(String what) {
    if (!wide) {
      return readUint32(what);
    }
    return readOffset(what);
  }

  /// An unsigned 64-bit number of up to 2^63 - 1.
  long readOffset(String what) {
    long at = take(what, 8);
    long value = bytes.get(Le.LONG, at);
    if (value < 0) {
      throw malformed(at, what + " is " + Long.toUnsignedString(value) + ", wanted less than 2^63");
    }
    return value;
  }

  /// The number of items of at least `unit` bytes each, which must fit in what follows.
  long readLength(String what, long unit) {
    long at = take(what, lengthBytes());
    long found = wide ? bytes.get(Le.LONG, at) : Integer.toUnsignedLong(bytes.get(Le.INT, at));
    long left = bytes.byteSize() - position;
    if (found < 0 || found > left / unit) {
      throw malformed(
          at, what + " is " + Long.toUnsignedString(found) + " but only " + left + " bytes follow");
    }
    return found;
  }

  /// A string of at most `most` bytes. One that ends in a zero in a file of version 1 loses it: the
  /// first writers counted the terminator of C.
  String readText(String what, int most) {
    long length = skipText(what, most);
    long at = position - length;
    boolean terminated = !wide && length > 0 && bytes.get(Le.BYTE, position - 1) == 0;
    return Utf8.decode(bytes, at, Math.toIntExact(terminated ? length - 1 : length));
  }

  /// Steps over a string of at most `most` bytes and returns its length.
  long skipText(String what, int most) {
    long at = position;
    long length = readLength("length of " + what, 1);
    if (length > most) {
      throw malformed(at, what + " has " + length + " bytes, wanted at most " + most);
    }
    if (!Utf8.isWellFormed(bytes, position, length)) {
      throw malformed(position, what + " is not well-formed UTF-8");
    }
    position += length;
    return length;
  }

  /// A type of metadata.
  MetadataType readType(String what) {
    long at = position;
    long id = readUint32("type of " + what);
    return MetadataType.fromId(id)
        .orElseThrow(() -> malformed(at, "type of " + what + " is " + id + ", wanted 0 to 12"));
  }

  /// A problem at byte `at`.
  MalformedFileException malformed(long at, String problem) {
    return new MalformedFileException(file, problem + " (at byte " + at + ")");
  }
}
