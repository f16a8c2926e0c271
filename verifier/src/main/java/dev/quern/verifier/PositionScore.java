package dev.quern.verifier;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a candidate, and its base if there is one, say at one position of a text.
///
/// @param chunk which piece of the text, from 0
/// @param position where in the piece, from 0
/// @param follower the token that follows, which is predicted here
/// @param candidate what the candidate says
/// @param basePrediction what the base says, if there is one
/// @param divergence of the candidate from the base in nats; NaN without a base
public record PositionScore(
    int chunk,
    int position,
    int follower,
    Prediction candidate,
    @Nullable Prediction basePrediction,
    double divergence) {

  /// What one model says of the token that follows.
  ///
  /// @param logProbability natural logarithm of what it gives that token
  /// @param top the token that it holds most likely
  /// @param topLogProbability natural logarithm of what it gives to `top`
  public record Prediction(double logProbability, int top, double topLogProbability) {}

  /// What the base says, if there is one.
  public Optional<Prediction> base() {
    return Optional.ofNullable(basePrediction);
  }

  /// Natural logarithm of what the base gives the follower; NaN without a base.
  public double baseLogProbability() {
    return basePrediction == null ? Double.NaN : basePrediction.logProbability();
  }

  /// Whether both models hold the same token most likely; false without a base.
  public boolean sameTop() {
    return basePrediction != null && basePrediction.top() == candidate.top();
  }

  /// Probability that the candidate gives the follower, less what the base gives it; NaN without a
  /// base.
  public double shift() {
    return Math.exp(candidate.logProbability()) - Math.exp(baseLogProbability());
  }

  /// The divergence from the base, or without one the surprise: minus the logarithm of what the
  /// candidate gives the follower.
  public double loss() {
    return basePrediction == null ? -candidate.logProbability() : divergence;
  }
}
