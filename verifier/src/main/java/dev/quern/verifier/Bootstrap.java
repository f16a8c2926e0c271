package dev.quern.verifier;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.statistics.distribution.NormalDistribution;

/// The distribution of a mean over positions when whole clusters of them (documents, pieces) are
/// drawn anew with replacement: what positions have in common within a cluster counts as one.
///
/// Intervals are bias-corrected and accelerated (Efron 1987). The seed is fixed, so equal sums give
/// equal intervals.
final class Bootstrap {
  static final int RESAMPLES = 2000;
  static final double CONFIDENCE = 0.95;
  private static final long SEED = 20;
  private static final NormalDistribution NORMAL = NormalDistribution.of(0, 1);

  private final double[] sums;
  private final double[] counts;
  private final double mean;
  private final double[] means;

  /// Draws the clusters whose positions sum up to `sums`.
  ///
  /// @param counts positions of each cluster
  Bootstrap(double[] sums, double[] counts) {
    this.sums = sums;
    this.counts = counts;
    this.mean = Arrays.stream(sums).sum() / Arrays.stream(counts).sum();
    this.means = sums.length < 2 ? new double[0] : draw();
  }

  private double[] draw() {
    SplittableRandom random = new SplittableRandom(SEED);
    double[] drawn = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      double sum = 0;
      double count = 0;
      for (int k = 0; k < sums.length; k++) {
        int cluster = random.nextInt(sums.length);
        sum += sums[cluster];
        count += counts[cluster];
      }
      drawn[i] = sum / count;
    }
    Arrays.sort(drawn);
    return drawn;
  }

  /// The mean over all positions.
  double mean() {
    return mean;
  }

  /// The interval of the mean.
  Interval interval() {
    if (means.length == 0 || !Double.isFinite(mean)) {
      return Interval.unknown();
    }
    if (means[0] == means[RESAMPLES - 1]) {
      return new Interval(mean, mean);
    }
    double bias = NORMAL.inverseCumulativeProbability(shareBelow(mean));
    double acceleration = acceleration();
    double tail = (1 - CONFIDENCE) / 2;
    return new Interval(
        at(corrected(NORMAL.inverseCumulativeProbability(tail), bias, acceleration)),
        at(corrected(NORMAL.inverseSurvivalProbability(tail), bias, acceleration)));
  }

  /// Twice the smaller share of means on one side of zero; at least one in all draws.
  double significance() {
    if (means.length == 0 || !Double.isFinite(mean)) {
      return Double.NaN;
    }
    double below = Arrays.stream(means).filter(value -> value <= 0).count();
    double above = Arrays.stream(means).filter(value -> value >= 0).count();
    return Math.clamp(2 * Math.min(below, above) / RESAMPLES, 1.0 / RESAMPLES, 1);
  }

  /// The share of means below `value`, half of the equal ones counted, away from 0 and 1.
  private double shareBelow(double value) {
    double below = 0;
    for (double drawn : means) {
      below += drawn < value ? 1 : drawn == value ? 0.5 : 0;
    }
    return Math.clamp(below, 0.5, RESAMPLES - 0.5) / RESAMPLES;
  }

  private static double corrected(double z, double bias, double acceleration) {
    double shifted = bias + z;
    return NORMAL.cumulativeProbability(bias + shifted / (1 - acceleration * shifted));
  }

  /// The skewness of the mean, from leaving out one cluster after the other.
  private double acceleration() {
    double sum = Arrays.stream(sums).sum();
    double count = Arrays.stream(counts).sum();
    double squares = 0;
    double cubes = 0;
    for (int k = 0; k < sums.length; k++) {
      double influence = mean - (sum - sums[k]) / (count - counts[k]);
      squares += influence * influence;
      cubes += influence * influence * influence;
    }
    return squares == 0 ? 0 : cubes / (6 * Math.pow(squares, 1.5));
  }

  private double at(double share) {
    double place = share * (RESAMPLES - 1);
    int below = (int) Math.clamp(place, 0, RESAMPLES - 2);
    double part = place - below;
    return (1 - part) * means[below] + part * means[below + 1];
  }
}
