package dev.quern.formats.tokenizer.source;

import java.util.List;

/// A text that source and GGUF write as different tokens.
///
/// @param where what the text is called
/// @param around what stands where they part
/// @param index the first token that is different
/// @param source some tokens of the source from a little before there
/// @param gguf the tokens of the GGUF there
public record TokenizerDifference(
    String where, String around, int index, List<Token> source, List<Token> gguf) {
  /// A token and its text as the vocabulary has it.
  public record Token(int id, String text) {}

  /// Keeps its own lists.
  public TokenizerDifference {
    source = List.copyOf(source);
    gguf = List.copyOf(gguf);
  }
}
