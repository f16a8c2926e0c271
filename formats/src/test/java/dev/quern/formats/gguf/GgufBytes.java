package dev.quern.formats.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// GGUF files put together by hand, right or wrong.
public final class GgufBytes {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private boolean wide = true;

  /// No bytes yet.
  public GgufBytes() {}

  /// A file of version 3 that claims these numbers of tensors and of metadata pairs.
  public static GgufBytes file(long tensors, long pairs) {
    return version(3, tensors, pairs);
  }

  /// A file of this version.
  public static GgufBytes version(int version, long tensors, long pairs) {
    GgufBytes file = new GgufBytes().text("GGUF").int32(version);
    file.wide = version > 1;
    return file.length(tensors).length(pairs);
  }

  /// The bytes of `text` alone.
  public GgufBytes text(String text) {
    return raw(text.getBytes(UTF_8));
  }

  /// These bytes.
  public GgufBytes raw(byte... more) {
    bytes.writeBytes(more);
    return this;
  }

  /// A 32-bit number.
  public GgufBytes int32(int value) {
    return raw(little(4).putInt(value).array());
  }

  /// A 64-bit number.
  public GgufBytes int64(long value) {
    return raw(little(8).putLong(value).array());
  }

  /// A count, a length or an extent: 8 bytes, or 4 in version 1.
  public GgufBytes length(long value) {
    return wide ? int64(value) : int32((int) value);
  }

  /// A string with its length.
  public GgufBytes string(String text) {
    return length(text.getBytes(UTF_8).length).text(text);
  }

  /// A key and the type of its value.
  public GgufBytes key(String key, int type) {
    return string(key).int32(type);
  }

  /// An entry of the tensor table.
  public GgufBytes tensor(String name, int type, long offset, long... extents) {
    string(name).int32(extents.length);
    for (long extent : extents) {
      length(extent);
    }
    return int32(type).int64(offset);
  }

  /// Bytes of zero.
  public GgufBytes zeros(int count) {
    return raw(new byte[count]);
  }

  /// Zeros up to a multiple of `alignment`.
  public GgufBytes align(int alignment) {
    return zeros(Math.floorMod(-bytes.size(), alignment));
  }

  /// All bytes.
  public byte[] array() {
    return bytes.toByteArray();
  }

  /// All bytes, on the heap.
  public MemorySegment segment() {
    return MemorySegment.ofArray(array());
  }

  private static ByteBuffer little(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
