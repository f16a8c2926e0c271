package dev.quern.formats.flax;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.quern.formats.MalformedFileException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.msgpack.core.ExtensionTypeHeader;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessagePackException;
import org.msgpack.core.MessageSizeException;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.ValueType;

/// Goes through the values of a file of MessagePack's, whose bytes stay where they are.
///
/// Only headers and short strings are ever copied: MessagePack's own reader sees some bytes of the
/// file at a time.
final class MessageCursor {
  /// Bytes that hold any header, and a string with its own.
  private static final int WINDOW = 300;

  private static final int LONGEST_TEXT = 256;

  private final Path path;
  private final MemorySegment bytes;
  private final long end;
  private long position;

  /// A cursor over bytes `from` to `end` of `bytes`, the content of `path`.
  MessageCursor(Path path, MemorySegment bytes, long from, long end) {
    this.path = path;
    this.bytes = bytes;
    this.position = from;
    this.end = end;
  }

  long position() {
    return position;
  }

  boolean atEnd() {
    return position >= end;
  }

  /// The kind of the next value.
  ValueType next() {
    return read("a value", unpacker -> unpacker.getNextFormat().getValueType(), false);
  }

  /// The number of entries of a list; each takes at least a byte.
  int list() {
    return checked("a list", read("a list", MessageUnpacker::unpackArrayHeader, true), 1);
  }

  /// The number of entries of a map; each takes at least two bytes.
  int map() {
    return checked("a map", read("a map", MessageUnpacker::unpackMapHeader, true), 2);
  }

  private int checked(String what, int count, int least) {
    if (count < 0 || count > (end - position) / least) {
      throw malformed(
          "%s has %d entries, but only %d bytes follow"
              .formatted(what, Integer.toUnsignedLong(count), end - position));
    }
    return count;
  }

  /// A whole number.
  long number() {
    return read("a whole number", MessageUnpacker::unpackLong, true);
  }

  /// A short string.
  String text() {
    long start = position;
    int length = read("a string", MessageUnpacker::unpackRawStringHeader, true);
    if (length < 0 || length > Math.min(LONGEST_TEXT, end - position)) {
      position = start;
      throw malformed(
          "a string has %d bytes, wanted at most %d that are there"
              .formatted(Integer.toUnsignedLong(length), LONGEST_TEXT));
    }
    byte[] text = bytes.asSlice(position, length).toArray(JAVA_BYTE);
    position += length;
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedFileException(path, "a string is no UTF-8 (at byte " + start + ")", e);
    }
  }

  /// The bytes of a binary value, which are stepped over.
  MessageCursor binary() {
    return payload("binary", read("bytes", MessageUnpacker::unpackBinaryHeader, true));
  }

  /// The bytes of an extension, which are stepped over.
  Extension extension() {
    ExtensionTypeHeader header =
        read("an extension", MessageUnpacker::unpackExtensionTypeHeader, true);
    return new Extension(header.getType(), payload("an extension", header.getLength()));
  }

  /// A value of a kind of its own.
  record Extension(int type, MessageCursor content) {}

  private MessageCursor payload(String what, int length) {
    if (length < 0 || length > end - position) {
      throw malformed(
          "%s has %d bytes, but only %d follow"
              .formatted(what, Integer.toUnsignedLong(length), end - position));
    }
    MessageCursor content = new MessageCursor(path, bytes, position, position + length);
    position += length;
    return content;
  }

  /// What is left, in place.
  MemorySegment rest() {
    return bytes.asSlice(position, end - position);
  }

  /// Steps over a value that is no list, map or extension.
  void skipPlain() {
    switch (next()) {
      case BINARY -> binary();
      case STRING ->
          payload("a string", read("a string", MessageUnpacker::unpackRawStringHeader, true));
      case EXTENSION -> extension();
      case NIL, BOOLEAN, INTEGER, FLOAT -> read("a value", MessageCursor::skipped, true);
      case ARRAY, MAP -> throw malformed("a list or map lies where an array was wanted");
    }
  }

  private static boolean skipped(MessageUnpacker unpacker) throws IOException {
    unpacker.skipValue();
    return true;
  }

  MalformedFileException malformed(String problem) {
    return new MalformedFileException(path, problem + " (at byte " + position + ")");
  }

  /// What MessagePack's reader is asked for.
  private interface Reading<T> {
    T from(MessageUnpacker unpacker) throws IOException;
  }

  private <T> T read(String what, Reading<T> reading, boolean moves) {
    int length = (int) Math.min(WINDOW, end - position);
    byte[] window = bytes.asSlice(position, length).toArray(JAVA_BYTE);
    try (MessageUnpacker unpacker = MessagePack.newDefaultUnpacker(window)) {
      T value = reading.from(unpacker);
      if (moves) {
        position += unpacker.getTotalReadBytes();
      }
      return value;
    } catch (MessageSizeException e) {
      throw malformed(
          "%s has the size %d, but only %d bytes follow"
              .formatted(what, e.getSize(), end - position));
    } catch (MessagePackException | IOException e) {
      String found = length == 0 ? "the end" : "%02x".formatted(window[0] & 0xff);
      throw new MalformedFileException(
          path, "wanted %s, found %s (at byte %d)".formatted(what, found, position), e);
    }
  }
}
