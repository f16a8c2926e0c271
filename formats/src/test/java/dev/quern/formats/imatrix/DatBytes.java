package dev.quern.formats.imatrix;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quern.formats.gguf.GgufBytes;

/// Importance matrices of the older format put together by hand, right or wrong.
final class DatBytes {
  private final GgufBytes bytes = new GgufBytes();

  /// A file that claims this number of entries.
  static DatBytes entries(int count) {
    DatBytes file = new DatBytes();
    file.bytes.int32(count);
    return file;
  }

  /// A file with one entry.
  static DatBytes of(String name, int chunks, float... values) {
    return entries(1).entry(name, chunks, values);
  }

  DatBytes entry(String name, int chunks, float... values) {
    name(name).int32(chunks).int32(values.length);
    for (float value : values) {
      int32(Float.floatToRawIntBits(value));
    }
    return this;
  }

  DatBytes name(String name) {
    bytes.int32(name.getBytes(UTF_8).length).text(name);
    return this;
  }

  DatBytes int32(int value) {
    bytes.int32(value);
    return this;
  }

  DatBytes raw(byte... more) {
    bytes.raw(more);
    return this;
  }

  DatBytes trailer(int chunks, String dataset) {
    return int32(chunks).name(dataset);
  }

  byte[] array() {
    return bytes.array();
  }
}
