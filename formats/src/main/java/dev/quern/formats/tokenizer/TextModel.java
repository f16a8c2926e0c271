package dev.quern.formats.tokenizer;

import dev.quern.formats.subwords.IntList;

/// How a kind of vocabulary writes text that holds no special tokens.
interface TextModel {
  /// Adds the ids of `text` to `out`.
  ///
  /// @param first whether the text begins here or a special token comes before
  void encode(String text, boolean first, IntList out);

  /// The bytes that an ordinary token with this text stands for.
  byte[] decode(String tokenText);
}
