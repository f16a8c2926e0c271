package dev.quern.formats.subwords;

import java.util.Arrays;

/// The best path through a text by a unigram model: of all ways to cut it into pieces, the one
/// whose scores have the largest sum. Of equal ones the first that is found counts.
public final class Unigram {
  private final CharacterTrie pieces;
  private final double[] scores;
  private final int unknown;
  private final double unknownScore;
  private final boolean single;

  /// A model.
  ///
  /// @param pieces the pieces, with their ids
  /// @param scores the score of each id; it belongs to the model from now on
  /// @param unknown the id of a character that no piece writes
  /// @param single true to add scores up in single precision, as SentencePiece does, which only
  ///   compares those in double precision that are not single themselves
  public Unigram(
      CharacterTrie pieces, double[] scores, int unknown, double unknownScore, boolean single) {
    this.pieces = pieces;
    this.scores = scores;
    this.unknown = unknown;
    this.unknownScore = unknownScore;
    this.single = single;
  }

  /// Adds the pieces of `text` to `out`: for each its id and its end. Characters that no piece
  /// writes are pieces of their own, with the id of the unknown.
  public void encode(String text, IntList ids, IntList ends) {
    int size = text.length();
    double[] best = new double[size + 1];
    int[] from = new int[size + 1];
    int[] id = new int[size + 1];
    Arrays.fill(from, -1);
    int width;
    for (int at = 0; at < size; at += width) {
      width = Character.charCount(text.codePointAt(at));
      boolean alone = false;
      int node = CharacterTrie.ROOT;
      for (int end = at + 1; end <= size; end++) {
        node = pieces.child(node, text.charAt(end - 1));
        if (node == CharacterTrie.NONE) {
          break;
        }
        int piece = pieces.value(node);
        if (piece != CharacterTrie.NONE) {
          reach(best, from, id, at, end, piece, scores[piece]);
          alone |= end - at == width;
        }
      }
      if (!alone) {
        reach(best, from, id, at, at + width, unknown, unknownScore);
      }
    }
    backtrack(from, id, ids, ends);
  }

  private void reach(
      double[] best, int[] from, int[] id, int at, int end, int piece, double score) {
    double sum = best[at] + score;
    float rounded = (float) sum;
    boolean inSingle = single && score == (float) score;
    double compared = inSingle ? rounded : sum;
    if (from[end] < 0 || compared > best[end]) {
      best[end] = single ? rounded : sum;
      from[end] = at;
      id[end] = piece;
    }
  }

  private static void backtrack(int[] from, int[] id, IntList ids, IntList ends) {
    int count = 0;
    for (int at = from.length - 1; at > 0; at = from[at]) {
      count++;
    }
    int[] places = new int[count];
    for (int at = from.length - 1; at > 0; at = from[at]) {
      places[--count] = at;
    }
    for (int place : places) {
      ids.add(id[place]);
      ends.add(place);
    }
  }
}
