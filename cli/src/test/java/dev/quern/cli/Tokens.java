package dev.quern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Files of tokens for `logits`.
final class Tokens {
  private Tokens() {}

  /// The bytes of a safetensors file with one row of `input_ids`.
  static byte[] file(long... ids) {
    byte[] header =
        "{\"input_ids\":{\"dtype\":\"I64\",\"shape\":[1,%d],\"data_offsets\":[0,%d]}}"
            .formatted(ids.length, 8 * ids.length)
            .getBytes(UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + header.length + 8 * ids.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(header.length).put(header);
    for (long id : ids) {
      file.putLong(id);
    }
    return file.array();
  }
}
