package dev.quern.verifier;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MappedFile;
import dev.quern.formats.Sha256;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// A text to measure a model on, from a UTF-8 file.
///
/// As in llama-perplexity, one line feed at the end of the file does not count. A character that
/// the end of the file cuts off does not count either, so that the first so many bytes of a file
/// are a text.
///
/// @param name the file's name without its folder
/// @param bytes of the file
/// @param sha256 of the file
/// @param text what it says
public record EvaluationText(String name, long bytes, String sha256, String text) {

  /// Reads `file`.
  ///
  /// @throws MalformedFileException if there is no such file, or it is not UTF-8
  /// @throws java.io.UncheckedIOException if it cannot be read
  public static EvaluationText read(Path file) {
    try (MappedFile mapped = MappedFile.open(file)) {
      if (mapped.bytes().byteSize() > Integer.MAX_VALUE - 16) {
        throw new MalformedFileException(
            file, "text of " + mapped.bytes().byteSize() + " bytes, at most 2 GiB can be read");
      }
      byte[] bytes = mapped.bytes().toArray(ValueLayout.JAVA_BYTE);
      return new EvaluationText(
          String.valueOf(file.getFileName()), bytes.length, Sha256.of(bytes), decode(file, bytes));
    }
  }

  private static String decode(Path file, byte[] bytes) {
    boolean ends = bytes.length > 0 && bytes[bytes.length - 1] == '\n';
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, bytes.length - (ends ? 1 : 0));
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    // told that more may come, so a cut character at the end is left in the buffer
    CoderResult result = decoder.decode(in, out, ends);
    if (result.isError()) {
      throw new MalformedFileException(
          file,
          "byte 0x%02x is not UTF-8 (at byte %d): give a UTF-8 text"
              .formatted(bytes[in.position()], in.position()));
    }
    return out.flip().toString();
  }
}
