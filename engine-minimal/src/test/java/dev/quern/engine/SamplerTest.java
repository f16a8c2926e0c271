package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final float[] LOGITS = {1, 3, 2, 3, -5};

  @Test
  void greedyTakesTheMostLikelyAndOfEqualsTheFirst() {
    assertThat(new Sampler(SamplingOptions.greedy()).sample(LOGITS)).isEqualTo(1);
    assertThat(new Sampler(new SamplingOptions(1, 1, 1, 3)).sample(LOGITS)).isEqualTo(1);
  }

  @Test
  void sameSeedSameTokens() {
    assertThat(draw(new SamplingOptions(1, 0, 1, 42), 1000))
        .isEqualTo(draw(new SamplingOptions(1, 0, 1, 42), 1000))
        .isNotEqualTo(draw(new SamplingOptions(1, 0, 1, 43), 1000));
  }

  @Test
  void drawsByProbability() {
    int[] counts = counts(new SamplingOptions(1, 0, 1, 1));
    double total = Math.exp(1) + 2 * Math.exp(3) + Math.exp(2) + Math.exp(-5);
    for (int token = 0; token < LOGITS.length; token++) {
      double share = Math.exp(LOGITS[token]) / total;
      assertThat(counts[token] / 20_000.0).isBetween(share - 0.015, share + 0.015);
    }
  }

  @Test
  void temperatureFlattens() {
    assertThat(counts(new SamplingOptions(10, 0, 1, 1))[4]).isGreaterThan(2000);
    assertThat(counts(new SamplingOptions(0.1f, 0, 1, 1))[2]).isLessThan(10);
  }

  @Test
  void topKKeepsTheMostLikely() {
    int[] counts = counts(new SamplingOptions(5, 3, 1, 1));
    assertThat(counts[0] + counts[4]).isZero();
    assertThat(counts[2]).isPositive();
    int[] two = counts(new SamplingOptions(5, 2, 1, 1));
    assertThat(two[1] + two[3]).isEqualTo(20_000);
  }

  @Test
  void topPKeepsTheFewestThatReachIt() {
    int[] counts = counts(new SamplingOptions(1, 0, 0.5f, 1));
    assertThat(counts[1] + counts[3]).isEqualTo(20_000);
    assertThat(counts[3]).isPositive();
    assertThat(counts(new SamplingOptions(1, 0, 0.39f, 1))[1]).isEqualTo(20_000);
  }

  @Test
  void infinitiesAndNaNAreNoTrouble() {
    float[] logits = {Float.NaN, Float.NEGATIVE_INFINITY, 1, Float.POSITIVE_INFINITY};
    assertThat(new Sampler(new SamplingOptions(1, 0, 1, 5)).sample(logits)).isEqualTo(3);
    assertThat(new Sampler(SamplingOptions.greedy()).sample(logits)).isEqualTo(3);
    float[] none = {Float.NaN};
    assertThatThrownBy(() -> new Sampler(SamplingOptions.greedy()).sample(none))
        .hasMessage("no logit is a number");
    assertThatThrownBy(() -> new Sampler(new SamplingOptions(1, 0, 1, 5)).sample(none))
        .hasMessage("no logit is a number");
  }

  @Test
  void rejectsOptionsThatMakeNoSense() {
    assertThatThrownBy(() -> new SamplingOptions(-1, 0, 1, 0)).hasMessageContaining("temperature");
    assertThatThrownBy(() -> new SamplingOptions(Float.NaN, 0, 1, 0))
        .hasMessageContaining("temperature");
    assertThatThrownBy(() -> new SamplingOptions(1, -1, 1, 0)).hasMessageContaining("top-k");
    assertThatThrownBy(() -> new SamplingOptions(1, 0, 0, 0)).hasMessageContaining("top-p");
    assertThatThrownBy(() -> new SamplingOptions(1, 0, 1.1f, 0)).hasMessageContaining("top-p");
  }

  private static int[] draw(SamplingOptions options, int count) {
    Sampler sampler = new Sampler(options);
    return IntStream.range(0, count).map(i -> sampler.sample(LOGITS)).toArray();
  }

  private static int[] counts(SamplingOptions options) {
    int[] counts = new int[LOGITS.length];
    Arrays.stream(draw(options, 20_000)).forEach(token -> counts[token]++);
    return counts;
  }
}
