package dev.quern.formats.tokenizer.source;

import java.util.function.Consumer;

/// What becomes of the matches of a pattern that splits text.
enum SplitBehavior {
  REMOVED,
  ISOLATED,
  MERGED_WITH_PREVIOUS,
  MERGED_WITH_NEXT,
  CONTIGUOUS;

  /// Takes matches and what lies between them, in order, and hands out pieces.
  static final class Collector {
    private final SplitBehavior behavior;
    private final boolean invert;
    private final Piece piece;
    private final Consumer<Piece> out;
    private boolean open;
    private int start;
    private int end;
    private boolean matchBefore;

    /// Collects the pieces of `piece`; `invert` swaps matches and what lies between.
    Collector(SplitBehavior behavior, boolean invert, Piece piece, Consumer<Piece> out) {
      this.behavior = behavior;
      this.invert = invert;
      this.piece = piece;
      this.out = out;
    }

    /// Takes the next part.
    void add(int from, int to, boolean matches) {
      boolean match = matches != invert;
      switch (behavior) {
        case REMOVED -> {
          if (!match) {
            emit(from, to);
          }
        }
        case ISOLATED -> emit(from, to);
        case CONTIGUOUS -> join(from, to, match == matchBefore);
        case MERGED_WITH_PREVIOUS -> join(from, to, match && !matchBefore);
        case MERGED_WITH_NEXT -> {
          join(from, to, !match && matchBefore);
          if (!match) {
            finish();
          }
        }
      }
      matchBefore = match;
    }

    private void join(int from, int to, boolean joins) {
      if (open && joins) {
        end = to;
        return;
      }
      finish();
      open = true;
      start = from;
      end = to;
    }

    /// Hands out what is still open.
    void finish() {
      if (open) {
        emit(start, end);
        open = false;
      }
    }

    private void emit(int from, int to) {
      if (to > from) {
        out.accept(new Piece(piece.text().substring(from, to), piece.first() && from == 0));
      }
    }
  }
}
