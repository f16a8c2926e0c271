package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.GgmlType;
import dev.quern.formats.ModelView;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RepackingTest {
  private static final int[] TOKENS = Runs.tokens(100, TestModel.VOCABULARY, 11);
  private static final EngineOptions FAST = EngineOptions.fast(2);

  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS", "F16"})
  void promptsGiveTheSameBitsFromTheMap(GgmlType type) {
    try (TestModel model = TestModel.random(type, 1)) {
      assertThat(Runs.logits(model, FAST.withRepack(false), TOKENS, 100))
          .isEqualTo(Runs.logits(model, FAST, TOKENS, 100));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS"})
  void perplexityIsThatOfFloatActivations(GgmlType type) {
    try (TestModel model = TestModel.random(type, 2)) {
      float[] exact = Runs.logits(model, EngineOptions.exact(1), TOKENS, 100);
      for (int step : new int[] {100, 1}) {
        float[] fast = Runs.logits(model, FAST, TOKENS, step);
        assertThat(Math.exp(divergence(exact, fast)) - 1).as("step %d", step).isLessThan(0.003);
      }
    }
  }

  @Test
  void logitsDoNotDependOnTheNumberOfThreads() {
    try (TestModel model = TestModel.random(GgmlType.Q4_K, 3)) {
      for (int step : new int[] {100, 4, 1}) {
        assertThat(Runs.logits(model, EngineOptions.fast(3), TOKENS, step))
            .isEqualTo(Runs.logits(model, EngineOptions.fast(1), TOKENS, step));
      }
    }
  }

  @Test
  void tensorsThatAreNotMappedCanBeRepacked() {
    try (TestModel model = TestModel.random(GgmlType.Q6_K, 4);
        ModelView unmapped = model.readOnly()) {
      for (int step : new int[] {100, 1}) {
        assertThat(Runs.logits(unmapped, FAST, TOKENS, step))
            .isEqualTo(Runs.logits(model, FAST, TOKENS, step));
      }
    }
  }

  @Test
  void progressRisesToTheTotal() {
    List<Long> heard = new ArrayList<>();
    List<Long> totals = new ArrayList<>();
    try (TestModel model = TestModel.random(GgmlType.Q4_0, 5)) {
      LanguageModel.load(
              model,
              FAST,
              (done, total) -> {
                heard.add(done);
                totals.add(total);
              })
          .close();
    }
    assertThat(heard).isSorted().hasSize(15).last().isEqualTo(totals.getFirst());
    assertThat(totals).containsOnly(totals.getFirst());
  }

  @Test
  void exactModeRepacksNothing() {
    List<Long> heard = new ArrayList<>();
    try (TestModel model = TestModel.random(GgmlType.Q4_0, 6)) {
      EngineOptions options = EngineOptions.exact(1).withRepack(true);
      LanguageModel.load(model, options, (done, total) -> heard.add(done)).close();
    }
    assertThat(heard).isEmpty();
  }

  /// By how much the logarithm of the perplexity of text that the model itself would write grows.
  private static double divergence(float[] exact, float[] fast) {
    double sum = 0;
    for (int i = 0; i < exact.length; i += TestModel.VOCABULARY) {
      double exactTotal = total(exact, i);
      double fastTotal = total(fast, i);
      for (int j = i; j < i + TestModel.VOCABULARY; j++) {
        double logarithm = exact[j] - Math.log(exactTotal);
        sum += Math.exp(logarithm) * (logarithm - (fast[j] - Math.log(fastTotal)));
      }
    }
    return sum / TOKENS.length;
  }

  private static double total(float[] logits, int from) {
    double total = 0;
    for (int j = from; j < from + TestModel.VOCABULARY; j++) {
      total += Math.exp((double) logits[j]);
    }
    return total;
  }
}
