package dev.quern.formats.tokenizer.source;

/// The tokens of a model by what they stand for.
interface TokenIds {
  /// The id of the token with exactly this text, or -1.
  int id(String text);

  /// How many tokens the model has.
  int size();
}
