package dev.quern.verifier;

/// What a candidate, and its base if there is one, say at one position of a text.
///
/// @param chunk which piece of the text, from 0
/// @param position where in the piece, from 0
/// @param follower the token that follows, which is predicted here
/// @param logProbability natural logarithm of what the candidate gives the follower
/// @param baseLogProbability the same of the base; NaN without one
/// @param divergence of the candidate from the base in nats; NaN without one
/// @param sameTop whether both hold the same token most likely; false without a base
public record PositionScore(
    int chunk,
    int position,
    int follower,
    double logProbability,
    double baseLogProbability,
    double divergence,
    boolean sameTop) {

  /// Probability that the candidate gives the follower, less what the base gives it.
  public double shift() {
    return Math.exp(logProbability) - Math.exp(baseLogProbability);
  }
}
