package dev.quern.formats.pytorch;

import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.io.Utf8;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/// A walk over the bytes of a pickle, which remembers the opcode that it is in.
final class PickleInput {
  /// No pickle of tensors comes near: a table of 10,000 tensors takes 3 MB.
  static final long LONGEST = 64L << 20;

  private static final int LONGEST_LINE = 1 << 16;

  private final Path file;
  private final MemorySegment bytes;
  private final String record;
  private final long end;
  private long position;
  private long start;
  private Optional<PickleOpcode> opcode = Optional.empty();

  /// A walk over `bytes` from byte `from`.
  ///
  /// @param record what positions are counted in: a record of `file`, or empty for the file itself
  PickleInput(Path file, MemorySegment bytes, long from, String record) {
    this.file = file;
    this.bytes = bytes;
    this.record = record;
    this.position = from;
    this.start = from;
    this.end = Math.min(bytes.byteSize(), from + LONGEST);
  }

  Path file() {
    return file;
  }

  long position() {
    return position;
  }

  /// Steps to the next opcode.
  PickleOpcode next() {
    start = position;
    opcode = Optional.empty();
    if (position == end && end < bytes.byteSize()) {
      throw malformed("the pickle has no end within " + LONGEST + " bytes");
    }
    int code = unsigned8();
    opcode = PickleOpcode.of(code);
    return opcode.orElseThrow(
        () -> malformed("byte 0x%02x is no opcode of a pickle".formatted(code)));
  }

  int unsigned8() {
    return take(1).get(Le.BYTE, 0) & 0xff;
  }

  int unsigned16() {
    return take(2).get(Le.SHORT, 0) & 0xffff;
  }

  int int32() {
    return take(4).get(Le.INT, 0);
  }

  long unsigned32() {
    return int32() & 0xffff_ffffL;
  }

  long int64() {
    return take(8).get(Le.LONG, 0);
  }

  double bigEndianDouble() {
    return Double.longBitsToDouble(Long.reverseBytes(int64()));
  }

  /// The next `count` bytes, in place.
  MemorySegment take(long count) {
    if (count < 0 || count > end - position) {
      throw malformed(
          "%s bytes should follow but only %d do: the file is cut short or damaged"
              .formatted(Long.toUnsignedString(count), end - position));
    }
    MemorySegment taken = bytes.asSlice(position, count);
    position += count;
    return taken;
  }

  /// The bytes up to the next line feed, which is stepped over, one character each.
  String line() {
    long at = position;
    long limit = Math.min(end, position + LONGEST_LINE);
    while (at < limit && bytes.get(Le.BYTE, at) != '\n') {
      at++;
    }
    if (at == limit) {
      throw malformed("no line ends within " + (limit - position) + " bytes");
    }
    byte[] text = take(at - position).toArray(Le.BYTE);
    position++;
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  /// The next `count` bytes as UTF-8.
  String utf8(long count) {
    MemorySegment text = take(count);
    if (!Utf8.isWellFormed(text, 0, count)) {
      throw malformed("a string is not well-formed UTF-8");
    }
    return Utf8.decode(text, 0, Math.toIntExact(count));
  }

  /// A problem with the opcode that the walk is in.
  MalformedFileException malformed(String problem) {
    String where = opcode.map(code -> code + " at byte ").orElse("at byte ") + start;
    String in = record.isEmpty() ? "" : " of " + record;
    return new MalformedFileException(file, problem + " (" + where + in + ")");
  }
}
