package dev.quern.formats.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Where a folder has its SentencePiece model: `tokenizer.model`, or the newest of Mistral's
/// versions of it, such as `tokenizer.model.v3`.
public final class SentencePieceFile {
  private static final int NEWEST = 15;

  private SentencePieceFile() {}

  /// The file in `folder`, if there is one.
  public static Optional<Path> in(Path folder) {
    Path plain = folder.resolve("tokenizer.model");
    if (Files.isRegularFile(plain)) {
      return Optional.of(plain);
    }
    for (int version = NEWEST; version > 0; version--) {
      Path numbered = folder.resolve("tokenizer.model.v" + version);
      if (Files.isRegularFile(numbered)) {
        return Optional.of(numbered);
      }
    }
    return Optional.empty();
  }
}
