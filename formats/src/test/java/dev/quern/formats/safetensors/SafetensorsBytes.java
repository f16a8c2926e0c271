package dev.quern.formats.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Safetensors files put together by hand, right or wrong.
final class SafetensorsBytes {
  private SafetensorsBytes() {}

  /// A file with this header and `data` bytes of zeros.
  static byte[] file(String header, int data) {
    return file(header.getBytes(UTF_8), data);
  }

  static byte[] file(byte[] header, int data) {
    return file(header.length, header, data);
  }

  /// A file that gives `length` as the length of its header.
  static byte[] file(long length, byte[] header, int data) {
    return ByteBuffer.allocate(8 + header.length + data)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(header)
        .array();
  }

  static MemorySegment segment(String header, int data) {
    return MemorySegment.ofArray(file(header, data));
  }
}
