package dev.quern.formats.llama2c;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MappedFile;
import dev.quern.formats.ggml.GgmlTokens;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads the vocabulary beside a model of llama2.c's.
final class Llama2cTokens {
  private static final Pattern BYTE = Pattern.compile("<0x[0-9A-F]{2}>");
  private static final int LONGEST = 4096;

  private Llama2cTokens() {}

  /// The `count` tokens of the model `path`.
  static GgmlTokens read(Path path, int count) {
    Path file = file(path, count);
    try (MappedFile mapped = MappedFile.open(file)) {
      MemorySegment bytes = mapped.bytes();
      GgmlTokens tokens = new GgmlTokens(file);
      long at = 4;
      for (int id = 0; id < count; id++) {
        long left = bytes.byteSize() - at;
        int length = left < 8 ? -1 : bytes.get(Le.INT, at + 4);
        if (length < 0 || length > Math.min(LONGEST, left - 8)) {
          throw new MalformedFileException(
              file,
              "token %d of %d is not whole (at byte %d): the file is of another model, or cut short"
                  .formatted(id, count, at));
        }
        byte[] text = bytes.asSlice(at + 8, length).toArray(Le.BYTE);
        add(tokens, id, text, bytes.get(Le.FLOAT, at));
        at += 8 + length;
      }
      return tokens;
    }
  }

  private static void add(GgmlTokens tokens, int id, byte[] text, float score) {
    String plain = new String(text, ISO_8859_1);
    if (id > 2 && BYTE.matcher(plain).matches()) {
      tokens.addByte(plain, score);
    } else {
      tokens.add(text, score);
    }
  }

  private static Path file(Path path, int count) {
    return Stream.of("tok" + count + ".bin", "tokenizer.bin")
        .map(path::resolveSibling)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new MalformedFileException(
                    path,
                    "there is no vocabulary beside it, neither tok%d.bin nor tokenizer.bin"
                        .formatted(count)));
  }
}
