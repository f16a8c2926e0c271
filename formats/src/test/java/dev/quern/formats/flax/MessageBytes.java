package dev.quern.formats.flax;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;

/// Writes files of EasyLM's, right and wrong ones.
final class MessageBytes {
  private MessageBytes() {}

  /// Writes with the library what is wanted.
  interface Writing {
    void to(MessageBufferPacker packer) throws IOException;
  }

  static byte[] bytes(Writing writing) {
    try (MessageBufferPacker packer = MessagePack.newDefaultBufferPacker()) {
      writing.to(packer);
      return packer.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A pair of a name and what `value` holds.
  static byte[] pair(byte[] value, String... name) {
    return bytes(
        packer -> {
          packer.packArrayHeader(2).packArrayHeader(name.length);
          for (String part : name) {
            packer.packString(part);
          }
          packer.packBinaryHeader(value.length).writePayload(value);
        });
  }

  /// An array of `extents`, with so many bytes of numbers.
  static byte[] array(String type, int numbers, long... extents) {
    byte[] fields =
        bytes(
            packer -> {
              packer.packArrayHeader(3).packArrayHeader(extents.length);
              for (long extent : extents) {
                packer.packLong(extent);
              }
              packer.packString(type).packBinaryHeader(numbers).writePayload(new byte[numbers]);
            });
    return extension(1, fields);
  }

  /// `parts` one after another.
  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  static byte[] extension(int type, byte[] content) {
    return bytes(
        packer ->
            packer.packExtensionTypeHeader((byte) type, content.length).writePayload(content));
  }
}
