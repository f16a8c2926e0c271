package dev.quern.formats.sentencepiece;

import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Reads a protobuf message field by field: a key of number and wire type, then a varint, four or
/// eight bytes, or a length and so many bytes.
final class ProtobufReader {
  static final int VARINT = 0;
  static final int EIGHT_BYTES = 1;
  static final int BYTES = 2;
  static final int FOUR_BYTES = 5;

  private final Path file;
  private final MemorySegment bytes;
  private final long end;
  private long at;
  private int field;
  private int wireType;

  ProtobufReader(Path file, MemorySegment bytes) {
    this(file, bytes, 0, bytes.byteSize());
  }

  private ProtobufReader(Path file, MemorySegment bytes, long from, long end) {
    this.file = file;
    this.bytes = bytes;
    this.at = from;
    this.end = end;
  }

  MalformedFileException malformed(String problem) {
    return malformed(at, problem);
  }

  private MalformedFileException malformed(long where, String problem) {
    return new MalformedFileException(file, problem + " (at byte " + where + ")");
  }

  /// Goes to the next field, if there is one.
  boolean next() {
    if (at == end) {
      return false;
    }
    long start = at;
    long key = varint("a field key");
    wireType = (int) (key & 7);
    if (key >>> 3 == 0 || key >>> 3 > 0x1fffffff) {
      throw malformed(start, "field number " + (key >>> 3) + " is not one of a protobuf message");
    }
    field = (int) (key >>> 3);
    if (wireType != VARINT
        && wireType != EIGHT_BYTES
        && wireType != BYTES
        && wireType != FOUR_BYTES) {
      throw malformed(
          start, "field " + field + " has wire type " + wireType + ", wanted 0, 1, 2 or 5");
    }
    return true;
  }

  int field() {
    return field;
  }

  /// Reads a number.
  long number(String what) {
    expect(VARINT, what);
    return varint(what);
  }

  /// Reads a float.
  float decimal(String what) {
    expect(FOUR_BYTES, what);
    need(4, what);
    float value = bytes.get(Le.FLOAT, at);
    at += 4;
    return value;
  }

  /// Reads a text.
  String text(String what) {
    long start = at;
    int length = length(what);
    byte[] utf8 = bytes.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    at += length;
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedFileException(file, what + " is not UTF-8 (at byte " + start + ")", e);
    }
  }

  /// Goes into a message in the message.
  ProtobufReader message(String what) {
    int length = length(what);
    at += length;
    return new ProtobufReader(file, bytes, at - length, at);
  }

  /// Reads bytes.
  byte[] bytes(String what) {
    int length = length(what);
    at += length;
    return bytes.asSlice(at - length, length).toArray(ValueLayout.JAVA_BYTE);
  }

  private void skipBytes(String what) {
    int length = length(what);
    at += length;
  }

  /// Passes over the field.
  void skip() {
    switch (wireType) {
      case VARINT -> varint("field " + field);
      case BYTES -> skipBytes("field " + field);
      default -> {
        int length = wireType == FOUR_BYTES ? 4 : 8;
        need(length, "field " + field);
        at += length;
      }
    }
  }

  private void expect(int wanted, String what) {
    if (wireType != wanted) {
      throw malformed(what + " has wire type " + wireType + ", wanted " + wanted);
    }
  }

  private int length(String what) {
    expect(BYTES, what);
    long start = at;
    long length = varint("the length of " + what);
    if (length < 0 || length > end - at || length > Integer.MAX_VALUE) {
      throw malformed(
          start,
          what
              + " has "
              + Long.toUnsignedString(length)
              + " bytes but only "
              + (end - at)
              + " follow");
    }
    return (int) length;
  }

  private void need(int count, String what) {
    if (end - at < count) {
      throw malformed(what + " has " + count + " bytes but only " + (end - at) + " follow");
    }
  }

  private long varint(String what) {
    long start = at;
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at == end) {
        throw malformed(start, what + " ends in the middle of a number");
      }
      byte b = bytes.get(Le.BYTE, at++);
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw malformed(start, what + " is a number of more than ten bytes");
  }
}
