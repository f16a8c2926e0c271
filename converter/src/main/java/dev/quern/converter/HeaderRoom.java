package dev.quern.converter;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint8;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Whether a header fits in the place of another.
///
/// Weights begin at the first multiple of the alignment behind the header, and the first tensor
/// must begin there: so a header that takes the place of another must end less than an alignment
/// before the same byte. One that is longer does not fit. One that is shorter is filled up by a
/// value of metadata that nobody reads, `quern.padding`: a string of spaces, or a byte where a
/// string is too long already. With the usual alignment of 32 there is a filler for every gap.
///
/// @param end the byte at which weights begin
/// @param alignment of tensors, in bytes
record HeaderRoom(long end, int alignment) {
  /// The key of the filler.
  static final String FILLER = "quern.padding";

  private static final int KEY = 8 + FILLER.length() + 4;
  private static final int EMPTY_TEXT = KEY + 8;
  private static final int ONE_BYTE = KEY + 1;
  private static final int LONGEST_TEXT = 4 << 20;

  /// The metadata that fills the room, if it can be filled with `metadata`, in which there is no
  /// filler.
  Optional<Map<String, MetadataValue>> fill(
      Map<String, MetadataValue> metadata, List<TensorInfo> tensors) {
    long gap = end - GgufLayout.headerBytes(metadata, tensors);
    if (gap >= 0 && gap < alignment) {
      return Optional.of(metadata);
    }
    if (gap >= EMPTY_TEXT && gap - EMPTY_TEXT <= LONGEST_TEXT) {
      return Optional.of(with(metadata, spaces((int) gap - EMPTY_TEXT)));
    }
    if (gap >= ONE_BYTE && gap - ONE_BYTE < alignment) {
      return Optional.of(with(metadata, new Uint8(0)));
    }
    return Optional.empty();
  }

  /// `metadata` with a filler of at least `bytes` bytes, so that it may grow by them later.
  static Map<String, MetadataValue> reserve(Map<String, MetadataValue> metadata, int bytes) {
    return bytes == 0 ? metadata : with(metadata, spaces(Math.max(0, bytes - EMPTY_TEXT)));
  }

  /// The most bytes that can be reserved.
  static int most() {
    return LONGEST_TEXT;
  }

  private static MetadataValue spaces(int count) {
    byte[] text = new byte[count];
    Arrays.fill(text, (byte) ' ');
    return new Text(new String(text, StandardCharsets.US_ASCII));
  }

  private static Map<String, MetadataValue> with(
      Map<String, MetadataValue> metadata, MetadataValue filler) {
    Map<String, MetadataValue> filled = new LinkedHashMap<>(metadata);
    filled.put(FILLER, filler);
    return filled;
  }
}
