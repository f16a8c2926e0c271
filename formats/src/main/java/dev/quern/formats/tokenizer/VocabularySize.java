package dev.quern.formats.tokenizer;

import dev.quern.formats.MalformedFileException;
import java.nio.file.Path;

/// Checks how many tokens a model wants before room is made for them.
final class VocabularySize {
  private static final int MOST_PADDING = 1 << 16;

  private VocabularySize() {}

  /// `wanted` as an int, if a tokenizer of `tokens` can be padded to it.
  static int check(Path folder, long wanted, int tokens) {
    if (wanted < 1 || wanted > 2L * tokens + MOST_PADDING) {
      throw new MalformedFileException(
          folder.resolve("config.json"),
          "vocab_size is " + wanted + ", but the tokenizer has " + tokens + " tokens");
    }
    return (int) wanted;
  }
}
