package dev.quern.verifier.report;

/// The scores of one piece of the text.
///
/// @param index which piece, from 0
/// @param positions scored ones
/// @param meanLoss mean divergence from the base in nats, or mean surprise without one
/// @param maxLoss the largest
/// @param meanLogProbability mean natural logarithm of what the candidate gives the followers
/// @param baseMeanLogProbability the same of the base; NaN without one
/// @param sameTop share of positions where both hold the same token most likely; NaN without a base
public record ChunkScores(
    int index,
    long positions,
    double meanLoss,
    double maxLoss,
    double meanLogProbability,
    double baseMeanLogProbability,
    double sameTop) {

  /// Perplexity of the candidate on this piece.
  public double perplexity() {
    return Math.exp(-meanLogProbability);
  }

  /// Perplexity of the base on this piece; NaN without one.
  public double basePerplexity() {
    return Math.exp(-baseMeanLogProbability);
  }
}
