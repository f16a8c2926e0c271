package dev.quern.formats.tokenizer.source;

import dev.quern.formats.subwords.IntList;

/// Writes a word as tokens.
interface WordModel extends TokenIds {
  /// Adds the ids of `word` to `out`.
  void encode(String word, IntList out);
}
