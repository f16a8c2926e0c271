package dev.quern.verifier;

/// A tokenized text cut into pieces that a model reads independently.
public sealed interface Pieces permits Chunks, Documents {
  /// The most tokens in a piece.
  int context();

  /// Number of pieces.
  int count();

  /// Positions that are scored, over all pieces.
  long positions();

  /// What a piece, or what a document is called, within which scores depend on each other.
  String unit();

  /// Piece `index`.
  Piece piece(int index);

  /// The largest token id that is read or predicted.
  int largestToken();
}
