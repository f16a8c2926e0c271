package dev.quern.formats.tokenizer.source;

import java.util.function.Consumer;

/// Cuts pieces into smaller ones.
interface PreTokenizer {
  /// Hands the parts of `piece` to `out`, in order, none of them empty.
  void split(Piece piece, Consumer<Piece> out);
}
