package dev.quern.verifier;

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
  record Against(
      Estimate perplexity,
      Estimate basePerplexity,
      Estimate logRatio,
      Divergence divergence,
      Shift shift,
      Estimate sameTop,
      long positions,
      long nonFinite)
      implements Quality {

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
}
