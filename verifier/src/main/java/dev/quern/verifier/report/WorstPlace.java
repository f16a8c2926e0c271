package dev.quern.verifier.report;

import dev.quern.verifier.PositionScore;
import dev.quern.verifier.PositionScore.Prediction;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A place of the text where much was lost.
///
/// @param score what the models say there
/// @param before the text in front of it
/// @param follower the token that follows
/// @param candidate what the candidate expected instead
/// @param baseGuess what the base expected, if there is one
public record WorstPlace(
    PositionScore score,
    String before,
    String follower,
    Guess candidate,
    @Nullable Guess baseGuess) {
  private static final int TOKENS_BEFORE = 64;

  /// What a model held most likely.
  ///
  /// @param token the token
  /// @param chance what the model gave it, 0 to 1
  /// @param followerChance what it gave the token that follows
  public record Guess(String token, double chance, double followerChance) {
    static Guess of(Prediction prediction, Passages passages) {
      return new Guess(
          passages.token(prediction.top()),
          Math.exp(prediction.topLogProbability()),
          Math.exp(prediction.logProbability()));
    }
  }

  static WorstPlace of(PositionScore score, Passages passages) {
    return new WorstPlace(
        score,
        passages.before(score.chunk(), score.position(), TOKENS_BEFORE),
        passages.token(score.follower()),
        Guess.of(score.candidate(), passages),
        score.base().map(base -> Guess.of(base, passages)).orElse(null));
  }

  /// What the base expected, if there is one.
  public Optional<Guess> base() {
    return Optional.ofNullable(baseGuess);
  }
}
