package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quern.engine.CacheType;
import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.verifier.Chunks;
import dev.quern.verifier.Evaluation;
import dev.quern.verifier.EvaluationText;
import dev.quern.verifier.Progress;
import dev.quern.verifier.SessionLogits;
import dev.quern.verifier.TokenizedText;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// What a rounded cache costs on the sample model.
class CacheTypesTest {
  private static final Path NOVELLA = Path.of("..", "examples", "novella");
  private static final int CONTEXT = 256;

  @Test
  void q8CacheCostsHardlyMorePerplexityThanF16() {
    try (OpenModel opened = OpenModel.open(NOVELLA)) {
      double exact = perplexity(opened, CacheType.F32);
      assertThat(perplexity(opened, CacheType.F16)).isCloseTo(exact, within(0.0005 * exact));
      assertThat(perplexity(opened, CacheType.Q8_0)).isCloseTo(exact, within(0.003 * exact));
    }
  }

  private static double perplexity(OpenModel opened, CacheType type) {
    EngineOptions options = EngineOptions.exact(2).withCache(type);
    TokenizedText text =
        TokenizedText.of(EvaluationText.read(NOVELLA.resolve("eval.txt")), opened.tokenizer());
    try (LanguageModel model = LanguageModel.load(opened.view(), options);
        SessionLogits logits = SessionLogits.open(model, CONTEXT)) {
      Chunks chunks = text.chunks(CONTEXT, 5);
      return new Evaluation(chunks, 2, Progress.none()).perplexity(logits).perplexity().value();
    }
  }
}
