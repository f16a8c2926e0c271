package dev.quern.verifier;

import dev.quern.verifier.ClusterSums.Figure;
import dev.quern.verifier.Quality.Clustered;
import dev.quern.verifier.Quality.Detail;

/// Scores of a candidate and its base.
final class PairTally implements Tally {
  private static final double[] SHARES = {
    0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0, 1
  };

  private final String unit;
  private final int tops;
  private final Moments surprise = new Moments();
  private final Moments baseSurprise = new Moments();
  private final Moments logRatio = new Moments();
  private final Moments divergence = new Moments();
  private final Moments shift = new Moments();
  private final Moments squaredShift = new Moments();
  private final Moments sameTop = new Moments();
  private final Moments sharedTop = new Moments();
  private final Moments entropyChange = new Moments();
  private final BoundedQuantiles divergences = new BoundedQuantiles();
  private final BoundedQuantiles shifts = new BoundedQuantiles();
  private final ClusterSums clusters = new ClusterSums();
  private double products;
  private long nonFinite;

  /// A tally of nothing yet.
  ///
  /// @param unit what a cluster is called
  /// @param tops how many most likely tokens are compared
  PairTally(String unit, int tops) {
    this.unit = unit;
    this.tops = tops;
  }

  @Override
  public void add(PositionScores scores, int count, Piece piece) {
    for (int slot = 0; slot < count; slot++) {
      add(scores, slot, piece.document());
    }
  }

  private void add(PositionScores scores, int slot, int cluster) {
    double own = scores.surprise[slot];
    double base = scores.baseSurprise[slot];
    double lost = scores.divergence[slot];
    double difference = Math.exp(-own) - Math.exp(-base);
    double same = scores.sameTop[slot] ? 1 : 0;
    surprise.add(own);
    baseSurprise.add(base);
    products += own * base;
    logRatio.add(own - base);
    divergence.add(lost);
    divergences.add(lost);
    shift.add(difference);
    shifts.add(difference);
    squaredShift.add(difference * difference);
    sameTop.add(same);
    sharedTop.add((double) scores.sharedTop[slot] / tops);
    entropyChange.add(scores.entropyChange[slot]);
    nonFinite += Double.isFinite(own) && Double.isFinite(base) && Double.isFinite(lost) ? 0 : 1;
    clusters.count(cluster);
    clusters.add(Figure.LOG_RATIO, cluster, own - base);
    clusters.add(Figure.DIVERGENCE, cluster, lost);
    clusters.add(Figure.SAME_TOP, cluster, same);
    clusters.add(Figure.SHIFT, cluster, difference);
  }

  /// The sums of each cluster.
  ClusterSums clusters() {
    return clusters;
  }

  /// The result, once all positions are in.
  Quality.Against quality() {
    double[] at = divergences.at(0.5, 0.9, 0.95, 0.99, 0.999, 1);
    return new Quality.Against(
        surprise.mean().exp(),
        baseSurprise.mean().exp(),
        logRatio.mean(),
        new Quality.Divergence(divergence.mean(), at[0], at[1], at[2], at[3], at[4], at[5]),
        new Quality.Shift(shift.mean(), squaredShift.mean().squareRoot()),
        sameTop.mean(),
        surprise.count(),
        nonFinite,
        detail());
  }

  private Detail detail() {
    double[] at = shifts.at(SHARES);
    return new Detail(
        difference(),
        covariance() / (surprise.mean().error() * baseSurprise.mean().error()),
        divergences.at(0)[0],
        new Quality.ShiftSpread(
            at[11], at[0], at[1], at[2], at[3], at[4], at[5], at[6], at[7], at[8], at[9], at[10],
            at[12]),
        sharedTop.mean(),
        entropyChange.mean(),
        clustered());
  }

  /// Covariance of the two mean negative log-likelihoods.
  private double covariance() {
    double count = surprise.count();
    double covariance = products / count - surprise.mean().value() * baseSurprise.mean().value();
    return covariance / (count - 1);
  }

  /// Perplexity of the candidate less that of the base; the two errors hang together.
  private Estimate difference() {
    Estimate own = surprise.mean().exp();
    Estimate base = baseSurprise.mean().exp();
    double variance =
        own.error() * own.error()
            + base.error() * base.error()
            - 2 * own.value() * base.value() * covariance();
    return new Estimate(own.value() - base.value(), Math.sqrt(Math.max(0, variance)));
  }

  private Clustered clustered() {
    return new Clustered(
        unit,
        clusters.clusters(),
        Bootstrap.CONFIDENCE,
        Bootstrap.RESAMPLES,
        clusters.mean(Figure.LOG_RATIO).interval(),
        clusters.mean(Figure.DIVERGENCE).interval(),
        clusters.mean(Figure.SAME_TOP).interval(),
        clusters.mean(Figure.SHIFT).interval());
  }
}
