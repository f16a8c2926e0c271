package dev.quern.formats.tokenizer.source;

import java.util.List;

/// The tokenizer of a published checkpoint. Any number of threads may use one at the same time.
public interface SourceTokenizer {
  /// The ids of `text`, where the texts of added tokens become those tokens.
  ///
  /// @param addSpecial whether the tokens are added that the tokenizer puts around a text
  /// @throws IllegalArgumentException if the tokenizer itself would fail on `text`
  int[] encode(String text, boolean addSpecial);

  /// The text of `token` as the files have it, or an empty one if there is no such token.
  String text(int token);

  /// The texts of the tokens that are cut out of a text before anything else.
  List<AddedText> addedTexts();

  /// The text of an added token.
  ///
  /// @param plain false if the token takes white space around it, or only counts as a whole word
  record AddedText(int id, String text, boolean plain) {}
}
