package dev.quern.formats.ggml;

import dev.quern.formats.MappedFile;
import dev.quern.formats.TensorData;
import dev.quern.formats.io.HeapBudget;
import java.nio.file.Path;
import java.util.SequencedMap;

/// What one file holds: a model, or a part of each of its matrices.
///
/// @param tensors by their names in a GGUF, in the order of the file
record GgmlPart(GgmlHeader header, GgmlTokens tokens, SequencedMap<String, TensorData> tensors) {
  private static final int LONGEST_TOKEN = 4095;

  static GgmlPart read(MappedFile mapped, HeapBudget budget) {
    Path path = mapped.path();
    GgmlCursor cursor = new GgmlCursor(path, mapped.bytes());
    GgmlHeader header = GgmlHeader.read(cursor);
    GgmlTokens tokens = new GgmlTokens(path);
    for (int id = 0; id < header.vocabulary(); id++) {
      int length = (int) cursor.number("the length of token " + id, 0, LONGEST_TOKEN);
      byte[] text = cursor.text("token " + id, length);
      tokens.add(text, header.hasScores() ? cursor.real("the score of token " + id) : 0);
    }
    return new GgmlPart(
        header, tokens, GgmlTensors.read(path, mapped.bytes(), header, cursor, budget));
  }
}
