package dev.quern.formats.tokenizer.source;

import dev.quern.formats.subwords.IntList;

/// Writes a word as tokens.
interface WordModel {
  /// Adds the ids of `word` to `out`.
  void encode(String word, IntList out);

  /// The id of the token with exactly this text, or -1.
  int id(String text);

  /// How many tokens the model has.
  int size();
}
