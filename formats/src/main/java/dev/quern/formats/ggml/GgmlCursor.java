package dev.quern.formats.ggml;

import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// Walks over the bytes of a file and never past its end.
final class GgmlCursor {
  private final Path file;
  private final MemorySegment bytes;
  private long position;

  GgmlCursor(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  long position() {
    return position;
  }

  boolean isAtEnd() {
    return position == bytes.byteSize();
  }

  /// Steps over `count` bytes and returns where they begin.
  long take(String what, long count) {
    long left = bytes.byteSize() - position;
    if (count < 0 || count > left) {
      throw malformed(
          position,
          "%s has %d bytes but only %d follow: the file is cut short".formatted(what, count, left));
    }
    long at = position;
    position += count;
    return at;
  }

  /// An unsigned number.
  long number(String what) {
    return Integer.toUnsignedLong(bytes.get(Le.INT, take(what, 4)));
  }

  /// An unsigned number of `least` to `most`.
  long number(String what, long least, long most) {
    long at = position;
    long value = number(what);
    if (value < least || value > most) {
      throw malformed(at, "%s is %d, wanted %d to %d".formatted(what, value, least, most));
    }
    return value;
  }

  float real(String what) {
    return bytes.get(Le.FLOAT, take(what, 4));
  }

  /// The bytes of a text of `length`.
  byte[] text(String what, int length) {
    byte[] text = new byte[length];
    MemorySegment.copy(bytes, Le.BYTE, take(what, length), text, 0, length);
    return text;
  }

  /// Steps to the next multiple of `alignment` bytes of the file.
  void align(long alignment) {
    take("padding", -position & (alignment - 1));
  }

  MalformedFileException malformed(long at, String problem) {
    return new MalformedFileException(file, problem + " (at byte " + at + ")");
  }
}
