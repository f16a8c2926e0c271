package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PositionScoresTest {
  private static PositionScores score(float[] candidate, float[] base) {
    PositionScores scores = new PositionScores(1, base.length);
    scores.score(0, candidate, base, 0, new double[base.length]);
    return scores;
  }

  @Test
  void theTopFiveAreComparedAsSets() {
    float[] base = {9, 8, 7, 6, 5, 0, 0, -1};
    assertThat(score(new float[] {5, 6, 7, 8, 9, 0, 0, -1}, base).sharedTop[0]).isEqualTo((byte) 5);
    assertThat(score(new float[] {9, 8, 7, 0, -1, 6, 5, 0}, base).sharedTop[0]).isEqualTo((byte) 3);
    assertThat(score(new float[] {-9, -8, -7, 6, -5, 1, 1, 1}, base).sharedTop[0])
        .isEqualTo((byte) 2);
  }

  @Test
  void smallVocabulariesHaveFewerTops() {
    assertThat(score(new float[] {1, 2, 3}, new float[] {3, 2, 1}).sharedTop[0])
        .isEqualTo((byte) 3);
  }

  @Test
  void entropyIsThatOfTheCandidateLessThatOfTheBase() {
    float sure = (float) Math.log(3);
    // base: 1/4 each; candidate: 1/2, 1/6, 1/6, 1/6
    double expected = 0.5 * Math.log(2) + 0.5 * Math.log(6) - Math.log(4);
    assertThat(score(new float[] {sure, 0, 0, 0}, new float[] {2, 2, 2, 2}).entropyChange[0])
        .isCloseTo(expected, within(1e-7));
  }

  @Test
  void tokensThatAModelExcludesHaveNoEntropy() {
    float[] base = {1, 1, Float.NEGATIVE_INFINITY};
    assertThat(score(base, base).entropyChange[0]).isZero();
  }
}
