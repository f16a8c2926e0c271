package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.tokenizer.Tokenizers;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Two tiny models over a text, held against what llama-perplexity says of them; see
/// `src/test/golden/make_golden.py`.
///
/// Tolerances are for the 16-bit steps in which it keeps what the base says.
class GoldenEvaluationTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden");
  private static final Properties EXPECTED = new Properties();
  private static Quality.Against quality;

  @BeforeAll
  static void evaluate() throws IOException {
    try (Reader reader = Files.newBufferedReader(FOLDER.resolve("llama-perplexity.properties"))) {
      EXPECTED.load(reader);
    }
    EvaluationText text = EvaluationText.read(FOLDER.resolve("text.txt"));
    EngineOptions options = EngineOptions.exact(2);
    try (GgufFile base = GgufFile.open(FOLDER.resolve("base.gguf"));
        GgufFile candidate = GgufFile.open(FOLDER.resolve("candidate.gguf"));
        LanguageModel baseModel = LanguageModel.load(base, options);
        LanguageModel candidateModel = LanguageModel.load(candidate, options)) {
      TokenizedText tokens =
          TokenizedText.of(text, Tokenizers.fromMetadata("base", base.metadata()));
      tokens.requireSame(Tokenizers.fromMetadata("candidate", candidate.metadata()));
      int context = (int) expected("context");
      Chunks chunks = tokens.chunks(context, (int) expected("chunks"));
      try (SessionLogits baseLogits = SessionLogits.open(baseModel, context);
          SessionLogits candidateLogits = SessionLogits.open(candidateModel, context)) {
        quality = new Evaluation(chunks, 2, Progress.none()).compare(baseLogits, candidateLogits);
      }
    }
  }

  @Test
  void scoresAsManyPositions() {
    assertThat(quality.positions()).isEqualTo(9 * 63);
    assertThat(quality.finite()).isTrue();
  }

  @Test
  void perplexitiesAgree() {
    check("ppl.value", quality.perplexity(), 2e-6);
    check("ppl.base", quality.basePerplexity(), 2e-6);
    check("ppl.log_ratio", quality.logRatio(), 0.001);
  }

  @Test
  void divergencesAgree() {
    Quality.Divergence divergence = quality.divergence();
    check("kld.mean", divergence.mean(), 0.001);
    assertThat(divergence.median()).isCloseTo(expected("kld.median"), share("kld.median", 0.001));
    assertThat(divergence.p90()).isCloseTo(expected("kld.p90"), share("kld.p90", 0.001));
    assertThat(divergence.p95()).isCloseTo(expected("kld.p95"), share("kld.p95", 0.001));
    assertThat(divergence.p99()).isCloseTo(expected("kld.p99"), share("kld.p99", 0.001));
    assertThat(divergence.p999()).isCloseTo(expected("kld.p999"), share("kld.p999", 0.001));
    assertThat(divergence.max()).isCloseTo(expected("kld.max"), share("kld.max", 0.001));
  }

  @Test
  void probabilitiesAndTopTokensAgree() {
    // printed in percent with three digits
    assertThat(100 * quality.shift().mean().value()).isCloseTo(expected("dp.mean"), within(0.001));
    assertThat(100 * quality.shift().mean().error())
        .isCloseTo(expected("dp.mean.error"), within(0.001));
    assertThat(100 * quality.shift().rootMeanSquare().value())
        .isCloseTo(expected("dp.rms"), within(0.001));
    assertThat(100 * quality.shift().rootMeanSquare().error())
        .isCloseTo(expected("dp.rms.error"), within(0.001));
    // one position is 0.18 percent
    assertThat(100 * quality.sameTop().value()).isCloseTo(expected("top1"), within(0.36));
    assertThat(100 * quality.sameTop().error()).isCloseTo(expected("top1.error"), within(0.02));
  }

  @Test
  void detailsAgree() {
    Quality.Detail detail = quality.detail().orElseThrow();
    check("ppl.difference", detail.perplexityDifference(), 0.001);
    assertThat(100 * detail.correlation()).isCloseTo(expected("ppl.correlation"), within(0.01));
    Quality.ShiftSpread shifts = detail.shifts();
    for (Map.Entry<String, Double> shift :
        Map.ofEntries(
                Map.entry("max", shifts.max()),
                Map.entry("p999", shifts.p999()),
                Map.entry("p990", shifts.p990()),
                Map.entry("p950", shifts.p950()),
                Map.entry("p900", shifts.p900()),
                Map.entry("p750", shifts.p750()),
                Map.entry("median", shifts.median()),
                Map.entry("p250", shifts.p250()),
                Map.entry("p100", shifts.p100()),
                Map.entry("p050", shifts.p050()),
                Map.entry("p010", shifts.p010()),
                Map.entry("p001", shifts.p001()),
                Map.entry("min", shifts.min()))
            .entrySet()) {
      assertThat(100 * shift.getValue())
          .as(shift.getKey())
          .isCloseTo(expected("dp." + shift.getKey()), within(0.001));
    }
    assertThat(detail.clustered().clusters()).isEqualTo(9);
    assertThat(detail.clustered().divergence().low())
        .isLessThan(quality.divergence().mean().value());
  }

  private static void check(String key, Estimate estimate, double tolerance) {
    assertThat(estimate.value()).as(key).isCloseTo(expected(key), share(key, tolerance));
    String error = key + ".error";
    assertThat(estimate.error()).as(error).isCloseTo(expected(error), share(error, 0.001));
  }

  private static Offset<Double> share(String key, double tolerance) {
    return within(Math.abs(tolerance * expected(key)));
  }

  private static double expected(String key) {
    return Double.parseDouble(EXPECTED.getProperty(key));
  }
}
