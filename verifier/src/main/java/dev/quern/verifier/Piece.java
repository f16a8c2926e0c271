package dev.quern.verifier;

/// Tokens that a model reads from nothing, some of which are scored.
///
/// @param index which piece, from 0
/// @param document which document it is of, from 0
/// @param tokens what is read; nobody changes them
/// @param start the first scored position: it predicts the token after it
/// @param end the end of the scored positions, below the number of tokens
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Piece(int index, int document, int[] tokens, int start, int end) {
  /// Number of scored positions.
  public int positions() {
    return end - start;
  }
}
