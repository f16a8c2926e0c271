package dev.quern.verifier;

/// Adds up scores in the order of the positions.
sealed interface Tally {

  /// Adds the first `count` scores.
  void add(PositionScores scores, int count);

  /// Scores of a candidate alone.
  final class OfOne implements Tally {
    private final Moments surprise = new Moments();
    private long nonFinite;

    @Override
    public void add(PositionScores scores, int count) {
      for (int slot = 0; slot < count; slot++) {
        surprise.add(scores.surprise[slot]);
        nonFinite += Double.isFinite(scores.surprise[slot]) ? 0 : 1;
      }
    }

    Quality.Alone quality() {
      return new Quality.Alone(surprise.mean().exp(), surprise.count(), nonFinite);
    }
  }

  /// Scores of a candidate and its base.
  final class OfTwo implements Tally {
    private final Moments surprise = new Moments();
    private final Moments baseSurprise = new Moments();
    private final Moments logRatio = new Moments();
    private final Moments divergence = new Moments();
    private final Moments shift = new Moments();
    private final Moments squaredShift = new Moments();
    private final Moments sameTop = new Moments();
    private final float[] divergences;
    private int filled;
    private long nonFinite;

    /// Room for so many positions.
    OfTwo(int positions) {
      divergences = new float[positions];
    }

    @Override
    public void add(PositionScores scores, int count) {
      for (int slot = 0; slot < count; slot++) {
        double own = scores.surprise[slot];
        double base = scores.baseSurprise[slot];
        double lost = scores.divergence[slot];
        surprise.add(own);
        baseSurprise.add(base);
        logRatio.add(own - base);
        divergence.add(lost);
        divergences[filled++] = (float) lost;
        double difference = Math.exp(-own) - Math.exp(-base);
        shift.add(difference);
        squaredShift.add(difference * difference);
        sameTop.add(scores.sameTop[slot] ? 1 : 0);
        nonFinite += Double.isFinite(own) && Double.isFinite(base) && Double.isFinite(lost) ? 0 : 1;
      }
    }

    /// The result, once all positions are in.
    Quality.Against quality() {
      Quantiles quantiles = new Quantiles(divergences);
      return new Quality.Against(
          surprise.mean().exp(),
          baseSurprise.mean().exp(),
          logRatio.mean(),
          new Quality.Divergence(
              divergence.mean(),
              quantiles.at(0.5),
              quantiles.at(0.9),
              quantiles.at(0.95),
              quantiles.at(0.99),
              quantiles.at(0.999),
              quantiles.at(1)),
          new Quality.Shift(shift.mean(), squaredShift.mean().squareRoot()),
          sameTop.mean(),
          surprise.count(),
          nonFinite);
    }
  }
}
