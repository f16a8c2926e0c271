package dev.quern.formats.pytorch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;

/// Writes pickles opcode by opcode, good ones and others.
final class PickleBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// Bytes as they are.
  PickleBytes raw(int... bytes) {
    for (int one : bytes) {
      out.write(one);
    }
    return this;
  }

  /// Opcodes of a letter each.
  PickleBytes op(String letters) {
    out.writeBytes(letters.getBytes(UTF_8));
    return this;
  }

  PickleBytes repeat(int times, String letters) {
    return op(letters.repeat(times));
  }

  PickleBytes repeatRaw(int times, int code) {
    for (int i = 0; i < times; i++) {
      out.write(code);
    }
    return this;
  }

  PickleBytes int64(long value) {
    for (int i = 0; i < 8; i++) {
      out.write((int) (value >>> (8 * i)));
    }
    return this;
  }

  PickleBytes int32(int value) {
    for (int i = 0; i < 4; i++) {
      out.write(value >>> (8 * i));
    }
    return this;
  }

  /// BINUNICODE.
  PickleBytes text(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    op("X").int32(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  /// LONG1 of 8 bytes.
  PickleBytes number(long value) {
    return raw(0x8a, 8).int64(value);
  }

  /// GLOBAL.
  PickleBytes global(String module, String name) {
    return op("c" + module + "\n" + name + "\n");
  }

  /// A tuple of numbers.
  PickleBytes numbers(long... values) {
    op("(");
    for (long value : values) {
      number(value);
    }
    return op("t");
  }

  /// A storage of floats.
  PickleBytes storage(String key, long elements) {
    return op("(")
        .text("storage")
        .global("torch", "FloatStorage")
        .text(key)
        .text("cpu")
        .number(elements)
        .op("tQ");
  }

  /// A tensor that looks into storage `0` of six floats.
  PickleBytes tensor(long offset, long[] extents, long[] strides) {
    return global("torch._utils", "_rebuild_tensor_v2")
        .op("(")
        .storage("0", 6)
        .number(offset)
        .numbers(extents)
        .numbers(strides)
        .raw(0x89)
        .op("NtR");
  }

  /// STOP, and all that was written.
  byte[] stop() {
    return op(".").bytes();
  }

  byte[] bytes() {
    return out.toByteArray();
  }
}
