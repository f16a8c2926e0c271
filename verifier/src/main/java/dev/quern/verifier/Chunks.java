package dev.quern.verifier;

import java.util.Arrays;
import java.util.OptionalInt;

/// A tokenized text cut into pieces of equal length that a model reads independently, as
/// llama-perplexity cuts it.
///
/// Piece `i` is tokens `i * context` to `(i + 1) * context - 1`, its first token replaced by the
/// beginning-of-sequence token where the model has one in front of every text. Positions `context /
/// 2` to `context - 2` are scored: each predicts the token after it with at least half a context
/// before it. What is left of the text after the last whole piece is not read.
public final class Chunks implements Pieces {
  private final int[] tokens;
  private final int context;
  private final int count;
  private final OptionalInt first;

  private Chunks(int[] tokens, int context, int count, OptionalInt first) {
    this.tokens = tokens;
    this.context = context;
    this.count = count;
    this.first = first;
  }

  /// Cuts `tokens`, which begin with `first` where there is one.
  ///
  /// @param context tokens in a piece, at least 3
  /// @param limit the most pieces to use; `Integer.MAX_VALUE` for all
  /// @param first the token that replaces the first one of each piece
  /// @throws IllegalArgumentException if there are fewer than `2 * context` tokens
  public static Chunks of(int[] tokens, int context, int limit, OptionalInt first) {
    if (context < 3) {
      throw new IllegalArgumentException(
          "a context of " + context + " leaves no position to score: use at least 3 tokens");
    }
    if (limit < 1) {
      throw new IllegalArgumentException(limit + " chunks leave nothing to score: use at least 1");
    }
    if (tokens.length < 2L * context) {
      throw new IllegalArgumentException(
          "the text is only %d tokens, and a context of %d needs at least %d: use a longer text or a smaller context"
              .formatted(tokens.length, context, 2L * context));
    }
    int count = Math.min(limit, tokens.length / context);
    return new Chunks(Arrays.copyOf(tokens, count * context), context, count, first);
  }

  /// Tokens in a piece.
  @Override
  public int context() {
    return context;
  }

  /// Number of pieces.
  @Override
  public int count() {
    return count;
  }

  /// Positions that are scored, over all pieces.
  @Override
  public long positions() {
    return (long) count * (end() - start());
  }

  @Override
  public String unit() {
    return "piece";
  }

  @Override
  public Piece piece(int index) {
    return new Piece(index, index, tokens(index), start(), end());
  }

  /// The first scored position of a piece.
  int start() {
    return context / 2;
  }

  /// The end of the scored positions of a piece: its last token has no follower.
  int end() {
    return context - 1;
  }

  /// The tokens of piece `index` as the model reads them, a copy.
  public int[] tokens(int index) {
    int from = index * context;
    int[] piece = Arrays.copyOfRange(tokens, from, from + context);
    first.ifPresent(token -> piece[0] = token);
    return piece;
  }

  /// The largest token id that is read or predicted.
  @Override
  public int largestToken() {
    return Math.max(Arrays.stream(tokens).max().orElseThrow(), first.orElse(0));
  }
}
