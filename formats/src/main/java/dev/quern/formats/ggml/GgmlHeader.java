package dev.quern.formats.ggml;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/// What a file says before its tokens.
///
/// @param magic `ggml`, `ggmf` or `ggjt`
/// @param version 1 to 3; 1 in files without one
/// @param fileType what most of its tensors are
record GgmlHeader(
    String magic, int version, int vocabulary, int width, int heads, int layers, long fileType) {
  private static final int GGML = 0x67676d6c;
  private static final int GGMF = 0x67676d66;
  private static final int GGJT = 0x67676a74;
  private static final int MOST_TOKENS = 1 << 22;
  private static final int MOST_LAYERS = 1 << 12;

  /// True if `bytes` begin as such files do.
  static boolean isOne(MemorySegment bytes) {
    if (bytes.byteSize() < 4) {
      return false;
    }
    int magic = bytes.get(Le.INT, 0);
    return magic == GGML || magic == GGMF || magic == GGJT;
  }

  static GgmlHeader read(GgmlCursor cursor) {
    String magic =
        switch ((int) cursor.number("the magic")) {
          case GGML -> "ggml";
          case GGMF -> "ggmf";
          case GGJT -> "ggjt";
          default -> throw cursor.malformed(0, "the file does not begin with ggml, ggmf or ggjt");
        };
    int version =
        switch (magic) {
          case "ggml" -> 1;
          case "ggmf" -> (int) cursor.number("the version of ggmf", 1, 1);
          default -> (int) cursor.number("the version of ggjt", 1, 3);
        };
    int vocabulary = (int) cursor.number("n_vocab", 3, MOST_TOKENS);
    int width = (int) cursor.number("n_embd", 1, 1 << 20);
    cursor.number("n_mult");
    int heads = (int) cursor.number("n_head", 1, width);
    int layers = (int) cursor.number("n_layer", 1, MOST_LAYERS);
    long at = cursor.position();
    long rotated = cursor.number("n_rot");
    if (width % heads != 0 || rotated != width / heads) {
      throw cursor.malformed(
          at,
          "n_rot is %d, wanted n_embd / n_head = %d / %d: not a LLaMA, other models in such files are not read"
              .formatted(rotated, width, heads));
    }
    long fileType = cursor.number("the file type", 0, Integer.MAX_VALUE);
    return new GgmlHeader(magic, version, vocabulary, width, heads, layers, fileType);
  }

  boolean hasScores() {
    return !magic.equals("ggml");
  }

  boolean isAligned() {
    return magic.equals("ggjt");
  }

  /// The version of blocks: 1 to 3.
  int blocks() {
    return isAligned() ? version : 1;
  }

  /// As llama.cpp calls it: `GGJTv3`.
  String display() {
    return magic.toUpperCase(Locale.ROOT) + "v" + version;
  }
}
