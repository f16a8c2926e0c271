package dev.quern.verifier;

import dev.quern.formats.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.OptionalInt;

/// A text as the tokens of a model: what llama-perplexity makes of it.
///
/// A beginning-of-sequence token comes first where the tokenizer adds one, and in front of every
/// piece. An end token is not added. Names of control tokens in the text are text.
public final class TokenizedText {
  private final EvaluationText text;
  private final int[] tokens;
  private final OptionalInt first;

  private TokenizedText(EvaluationText text, int[] tokens, OptionalInt first) {
    this.text = text;
    this.tokens = tokens;
    this.first = first;
  }

  /// The tokens that `tokenizer` makes of `text`.
  public static TokenizedText of(EvaluationText text, Tokenizer tokenizer) {
    OptionalInt first = tokenizer.addsBos() ? tokenizer.bos() : OptionalInt.empty();
    return new TokenizedText(text, encode(text.text(), tokenizer), first);
  }

  /// The tokens of `text` without an end token.
  static int[] encode(String text, Tokenizer tokenizer) {
    int[] tokens = tokenizer.encode(text, true, false);
    boolean ends = tokenizer.addsEos() && tokens.length > 0;
    return ends ? Arrays.copyOf(tokens, tokens.length - 1) : tokens;
  }

  /// The tokens, a copy.
  public int[] tokens() {
    return tokens.clone();
  }

  /// The text in pieces of `context` tokens, at most `limit` of them.
  ///
  /// @throws IllegalArgumentException if the text is too short
  public Chunks chunks(int context, int limit) {
    try {
      return Chunks.of(tokens, context, limit, first);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(text.name() + ": " + e.getMessage(), e);
    }
  }

  /// What a report says of the text when `chunks` of it were read.
  public TextFacts facts(Chunks chunks) {
    return new TextFacts(
        text.name(),
        text.bytes(),
        text.sha256(),
        tokens.length,
        chunks.context(),
        chunks.count(),
        TextFacts.Cut.PIECES);
  }

  /// Checks that another model reads the same tokens, without which nothing can be compared.
  ///
  /// @throws IllegalArgumentException if it does not
  public void requireSame(Tokenizer other) {
    int differs = Arrays.mismatch(tokens, encode(text.text(), other));
    if (differs >= 0) {
      throw new IllegalArgumentException(
          "%s: the two models read it as different tokens, from token %d on: models with different tokenizers cannot be compared"
              .formatted(text.name(), differs));
    }
  }
}
