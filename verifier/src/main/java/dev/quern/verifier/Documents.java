package dev.quern.verifier;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/// Tokenized documents, of which every token but the first is predicted once, from its own document
/// alone.
///
/// A document that is longer than the context is read in pieces that overlap by half: in each but
/// the first, the second half is scored. Where a model has a beginning-of-sequence token, it takes
/// the place of the first token of such later pieces too.
public final class Documents implements Pieces {
  private final List<int[]> documents;
  private final List<Span> spans = new ArrayList<>();
  private final int context;
  private final OptionalInt first;
  private long positions;

  /// Tokens `from` to `to` of a document, scored from local position `start`.
  private record Span(int document, int from, int to, int start) {}

  private Documents(List<int[]> documents, int context, OptionalInt first) {
    this.documents = documents;
    this.context = context;
    this.first = first;
  }

  /// Cuts `documents`.
  ///
  /// @param context the most tokens in a piece, at least 4
  /// @param limit the most pieces to use; `Integer.MAX_VALUE` for all
  /// @param first the token that replaces the first one of later pieces
  /// @throws IllegalArgumentException if nothing can be scored
  static Documents of(List<int[]> documents, int context, int limit, OptionalInt first) {
    if (context < 4) {
      throw new IllegalArgumentException(
          "a context of " + context + " is too small for documents: use at least 4 tokens");
    }
    Documents cut = new Documents(List.copyOf(documents), context, first);
    for (int i = 0; i < documents.size() && cut.spans.size() < limit; i++) {
      cut.add(i, limit);
    }
    if (cut.spans.isEmpty()) {
      throw new IllegalArgumentException("no document has two tokens or more");
    }
    return cut;
  }

  private void add(int document, int limit) {
    int length = documents.get(document).length;
    int stride = context / 2;
    for (int from = 0; spans.size() < limit; from += stride) {
      int to = Math.min(length, from + context);
      int start = from == 0 ? 0 : context - stride - 1;
      if (to - from - 1 > start) {
        spans.add(new Span(document, from, to, start));
        positions += to - from - 1 - start;
      }
      if (to == length) {
        return;
      }
    }
  }

  @Override
  public int context() {
    return context;
  }

  @Override
  public int count() {
    return spans.size();
  }

  @Override
  public long positions() {
    return positions;
  }

  @Override
  public String unit() {
    return "document";
  }

  @Override
  public Piece piece(int index) {
    Span span = spans.get(index);
    int[] tokens = Arrays.copyOfRange(documents.get(span.document), span.from, span.to);
    if (span.from > 0) {
      first.ifPresent(token -> tokens[0] = token);
    }
    return new Piece(index, span.document, tokens, span.start, tokens.length - 1);
  }

  @Override
  public int largestToken() {
    int largest = first.orElse(0);
    for (int[] document : documents) {
      largest = Math.max(largest, Arrays.stream(document).max().orElse(0));
    }
    return largest;
  }
}
