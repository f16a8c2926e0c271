package dev.quern.verifier;

import dev.quern.verifier.ClusterSums.Figure;

/// Two candidates of one base over the same positions, cluster by cluster.
///
/// @param first which candidate, from 0
/// @param second which other candidate
/// @param divergence mean divergence of the first less that of the second
/// @param logRatio logarithm of the perplexity of the first over that of the second
public record Contest(int first, int second, Gap divergence, Gap logRatio) {

  /// A difference of two candidates.
  ///
  /// @param value the difference
  /// @param interval where it lies, from drawing clusters anew
  /// @param significance share of draws on the other side of zero, doubled; at least 1 of 2000
  public record Gap(double value, Interval interval, double significance) {
    static Gap of(ClusterSums first, ClusterSums second, Figure figure) {
      Bootstrap bootstrap = first.difference(figure, second);
      return new Gap(bootstrap.mean(), bootstrap.interval(), bootstrap.significance());
    }

    /// True if the interval leaves out zero.
    public boolean isSignificant() {
      return !interval.hasZero();
    }
  }

  static Contest of(int first, ClusterSums own, int second, ClusterSums other) {
    return new Contest(
        first, second, Gap.of(own, other, Figure.DIVERGENCE), Gap.of(own, other, Figure.LOG_RATIO));
  }
}
