package dev.quern.verifier;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How well a model predicts a text: alone, or held against the model that it came from.
public sealed interface Quality {

  /// Perplexity of the model in question: the exponential of its mean negative log-likelihood.
  Estimate perplexity();

  /// Scored positions.
  long positions();

  /// Positions at which a figure was NaN or infinite.
  long nonFinite();

  /// True if every figure at every position is finite, and the perplexity is.
  default boolean finite() {
    return nonFinite() == 0 && Double.isFinite(perplexity().value());
  }

  /// A model alone.
  ///
  /// @param perplexity its perplexity
  /// @param positions scored positions
  /// @param nonFinite positions at which the log-likelihood was NaN or infinite
  record Alone(Estimate perplexity, long positions, long nonFinite) implements Quality {}

  /// A candidate and its base over the same positions.
  ///
  /// @param perplexity of the candidate
  /// @param basePerplexity of the base
  /// @param logRatio natural logarithm of candidate over base perplexity
  /// @param divergence Kullback-Leibler divergence of the candidate from the base
  /// @param shift change of the probability of the token that follows
  /// @param sameTop share of positions where both hold the same token most likely
  /// @param positions scored positions
  /// @param nonFinite positions at which a log-likelihood or the divergence was NaN or infinite
  /// @param measuredDetail more figures, if they were computed
  record Against(
      Estimate perplexity,
      Estimate basePerplexity,
      Estimate logRatio,
      Divergence divergence,
      Shift shift,
      Estimate sameTop,
      long positions,
      long nonFinite,
      @Nullable Detail measuredDetail)
      implements Quality {

    /// The same without more figures.
    public Against(
        Estimate perplexity,
        Estimate basePerplexity,
        Estimate logRatio,
        Divergence divergence,
        Shift shift,
        Estimate sameTop,
        long positions,
        long nonFinite) {
      this(
          perplexity,
          basePerplexity,
          logRatio,
          divergence,
          shift,
          sameTop,
          positions,
          nonFinite,
          null);
    }

    /// More figures, if they were computed.
    public Optional<Detail> detail() {
      return Optional.ofNullable(measuredDetail);
    }

    /// Candidate over base perplexity.
    public Estimate ratio() {
      return logRatio.exp();
    }
  }

  /// Divergence of a candidate from its base in nats per position.
  ///
  /// @param mean the mean
  /// @param median half of the positions are below
  /// @param p90 90 % are below
  /// @param p95 95 % are below
  /// @param p99 99 % are below
  /// @param p999 99.9 % are below
  /// @param max the largest
  record Divergence(
      Estimate mean, double median, double p90, double p95, double p99, double p999, double max) {}

  /// Probability that the candidate gives the token that follows, less what the base gives it.
  ///
  /// @param mean the mean difference
  /// @param rootMeanSquare the root of the mean squared difference
  record Shift(Estimate mean, Estimate rootMeanSquare) {}

  /// What else is known of a candidate beside its base.
  ///
  /// @param perplexityDifference perplexity of the candidate less that of the base; its error takes
  ///   into account that the two hang together
  /// @param correlation of the two mean log-likelihoods
  /// @param leastDivergence the smallest divergence of a position
  /// @param shifts the distribution of the change of probability
  /// @param sharedTop share of the base's five most likely tokens that are among the candidate's
  /// @param entropyChange entropy of the candidate's predictions less that of the base's, in nats
  /// @param clustered intervals that do not take positions for independent
  record Detail(
      Estimate perplexityDifference,
      double correlation,
      double leastDivergence,
      ShiftSpread shifts,
      Estimate sharedTop,
      Estimate entropyChange,
      Clustered clustered) {}

  /// Quantiles of the change of the probability of the token that follows; so many in a thousand
  /// are below `pNNN`.
  ///
  /// @param min the smallest
  /// @param p001 .1 %
  /// @param p010 1 %
  /// @param p050 5 %
  /// @param p100 10 %
  /// @param p250 25 %
  /// @param median half
  /// @param p750 75 %
  /// @param p900 90 %
  /// @param p950 95 %
  /// @param p990 99 %
  /// @param p999 99.9 %
  /// @param max the largest
  record ShiftSpread(
      double min,
      double p001,
      double p010,
      double p050,
      double p100,
      double p250,
      double median,
      double p750,
      double p900,
      double p950,
      double p990,
      double p999,
      double max) {}

  /// Intervals from drawing whole clusters of positions anew, drawn with a fixed seed: the errors
  /// of the other figures take all positions for independent, which those of one text are not.
  ///
  /// @param unit what a cluster is: a document, or a piece of a text
  /// @param clusters their number; from fewer than some twenty an interval is too narrow
  /// @param confidence of the intervals
  /// @param resamples how often clusters were drawn
  /// @param logRatio of the logarithm of candidate over base perplexity
  /// @param divergence of the mean divergence
  /// @param sameTop of the share of positions with the same most likely token
  /// @param shift of the mean change of probability
  record Clustered(
      String unit,
      int clusters,
      double confidence,
      int resamples,
      Interval logRatio,
      Interval divergence,
      Interval sameTop,
      Interval shift) {}
}
