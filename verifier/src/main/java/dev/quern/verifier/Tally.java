package dev.quern.verifier;

/// Adds up scores in the order of the positions.
sealed interface Tally permits Tally.OfOne, PairTally {

  /// Adds the first `count` scores of `piece`.
  void add(PositionScores scores, int count, Piece piece);

  /// Scores of a candidate alone.
  final class OfOne implements Tally {
    private final Moments surprise = new Moments();
    private long nonFinite;

    @Override
    public void add(PositionScores scores, int count, Piece piece) {
      for (int slot = 0; slot < count; slot++) {
        surprise.add(scores.surprise[slot]);
        nonFinite += Double.isFinite(scores.surprise[slot]) ? 0 : 1;
      }
    }

    Quality.Alone quality() {
      return new Quality.Alone(surprise.mean().exp(), surprise.count(), nonFinite);
    }
  }
}
