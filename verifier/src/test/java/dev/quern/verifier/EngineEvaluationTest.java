package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.formats.ModelView;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EngineEvaluationTest {
  private static final int CONTEXT = 40;
  private static final int[] TEXT = new Random(7).ints(200, 0, TinyLlama.VOCABULARY).toArray();

  @Test
  void scoresWhatTheEngineSaysOfEachWholePiece() {
    try (ModelView view = TinyLlama.of(1, 0);
        LanguageModel model = LanguageModel.load(view, EngineOptions.exact(2));
        SessionLogits logits = SessionLogits.open(model, CONTEXT)) {
      Quality.Alone quality = evaluation().perplexity(logits);

      double surprise = 0;
      for (int piece = 0; piece < 5; piece++) {
        surprise += surpriseOfPiece(logits, piece);
      }
      assertThat(quality.positions()).isEqualTo(5 * 19);
      assertThat(quality.perplexity().value()).isCloseTo(Math.exp(surprise / 95), within(1e-3));
    }
  }

  @Test
  void aModelHasTheSameFiguresAsItself() {
    Quality.Against quality = compare(0);

    assertThat(quality.divergence().max()).isZero();
    assertThat(quality.sameTop().value()).isEqualTo(1);
    assertThat(quality.logRatio().value()).isZero();
    assertThat(quality.finite()).isTrue();
  }

  @Test
  void divergenceGrowsWithTheChangeOfWeights() {
    double little = compare(0.001).divergence().mean().value();
    double more = compare(0.01).divergence().mean().value();

    assertThat(little).isPositive();
    assertThat(more).isGreaterThan(20 * little).isLessThan(500 * little);
  }

  @Test
  void measuresSpeed() {
    try (ModelView view = TinyLlama.of(1, 0);
        LanguageModel model = LanguageModel.load(view, EngineOptions.exact(1))) {
      Speed speed = SpeedBenchmark.brief(model).speed("floats");

      assertThat(speed.prefill()).isPositive().isFinite();
      assertThat(speed.generate()).isPositive().isFinite();
      assertThat(speed.prefillTokens()).isEqualTo(128);
    }
  }

  @Test
  void factsCountWeightsAndBits() {
    try (ModelView view = TinyLlama.of(1, 0)) {
      ModelFacts facts = ModelFacts.of("tiny", 123, view);

      long block = 2 * 32 + 2 * 32 * 32 + 2 * 32 * 16 + 3 * 32 * 64;
      assertThat(facts.weights()).isEqualTo(60 * 32 + 32 + 2 * block);
      assertThat(facts.bitsPerWeight()).isEqualTo(32);
      assertThat(facts.bytes()).isEqualTo(123);
    }
  }

  private static Quality.Against compare(double blur) {
    try (ModelView base = TinyLlama.of(1, 0);
        ModelView candidate = TinyLlama.of(1, blur);
        LanguageModel baseModel = LanguageModel.load(base, EngineOptions.exact(2));
        LanguageModel candidateModel = LanguageModel.load(candidate, EngineOptions.exact(2));
        SessionLogits baseLogits = SessionLogits.open(baseModel, CONTEXT);
        SessionLogits candidateLogits = SessionLogits.open(candidateModel, CONTEXT)) {
      return evaluation().compare(baseLogits, candidateLogits);
    }
  }

  private static Evaluation evaluation() {
    Chunks chunks = Chunks.of(TEXT, CONTEXT, Integer.MAX_VALUE, OptionalInt.of(3));
    return new Evaluation(chunks, 2, Progress.none());
  }

  /// Sum of the surprises of the scored positions of a piece that is read in one go.
  private static double surpriseOfPiece(LogitsSource model, int piece) {
    int[] tokens = new int[CONTEXT];
    System.arraycopy(TEXT, piece * CONTEXT, tokens, 0, CONTEXT);
    tokens[0] = 3;
    int size = TinyLlama.VOCABULARY;
    float[] logits = new float[CONTEXT * size];
    model.start();
    model.feed(tokens, 0, CONTEXT, CONTEXT, logits);
    double surprise = 0;
    for (int at = CONTEXT / 2; at <= CONTEXT - 2; at++) {
      double sum = 0;
      for (int i = 0; i < size; i++) {
        sum += Math.exp(logits[at * size + i]);
      }
      surprise += Math.log(sum) - logits[at * size + tokens[at + 1]];
    }
    return surprise;
  }
}
