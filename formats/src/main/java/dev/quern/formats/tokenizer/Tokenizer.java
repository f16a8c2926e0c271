package dev.quern.formats.tokenizer;

import java.util.OptionalInt;

/// Turns text into the token ids of one vocabulary, and ids back into bytes. Any number of threads
/// may use one at the same time.
public interface Tokenizer {
  /// The number of tokens: ids are `0` to `size() - 1`.
  int size();

  /// The ids of `text`. A surrogate without its partner counts as U+FFFD.
  ///
  /// @param addSpecial whether the beginning and end tokens are added that the metadata asks for
  /// @param parseSpecial whether the texts of control tokens in `text` become those tokens; user
  ///   defined tokens are always recognized
  int[] encode(String text, boolean addSpecial, boolean parseSpecial);

  /// The bytes that `token` stands for, which may be part of a character; none for a control token.
  ///
  /// @throws IllegalArgumentException if there is no such token
  byte[] decode(int token);

  /// The bytes that `token` stands for, and with `withControl` the text of a control token.
  ///
  /// @throws IllegalArgumentException if there is no such token
  byte[] decode(int token, boolean withControl);

  /// The token that begins a text.
  OptionalInt bos();

  /// The token that ends a text.
  OptionalInt eos();

  /// Whether [#encode] begins with [#bos] when it adds special tokens.
  boolean addsBos();

  /// Whether [#encode] ends with [#eos] when it adds special tokens.
  boolean addsEos();

  /// Whether a model that produces `token` has said all it wanted to say.
  boolean isEndOfGeneration(int token);
}
