package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BaselineOptionsTest {
  @TempDir private Path folder;
  private Path candidate = Path.of("");
  private Path text = Path.of("");
  private Path baseline = Path.of("");

  @BeforeEach
  void makeCandidate() {
    candidate = TinyModel.gguf(TinyModel.LLAMA, "Q4_0", folder);
    text = TinyModel.text(folder, 1500);
    baseline = folder.resolve("base.arrow");
  }

  @Test
  void aBaselineGivesTheFiguresOfItsModel() {
    JsonNode plain =
        json(verify(candidate, "--against", TinyModel.LLAMA, "--save-baseline", baseline));

    JsonNode again = json(verify(candidate, "--baseline", baseline));

    assertThat(again.get("kld").get("mean").doubleValue())
        .isCloseTo(plain.get("kld").get("mean").doubleValue(), within(1e-6));
    assertThat(again.get("base_perplexity").get("value").doubleValue())
        .isCloseTo(plain.get("base_perplexity").get("value").doubleValue(), within(1e-3));
    assertThat(again.get("perplexity")).isEqualTo(plain.get("perplexity"));
    assertThat(again.get("top1")).isEqualTo(plain.get("top1"));
    assertThat(again.get("source")).isEqualTo(plain.get("source"));
    assertThat(again.get("arithmetic").textValue()).endsWith("; base from base.arrow");
  }

  @Test
  void aModelAloneMayBeKept() {
    verify(TinyModel.LLAMA, "--save-baseline", baseline);

    JsonNode itself = json(verify(TinyModel.LLAMA, "--baseline", baseline));

    assertThat(itself.get("kld").get("mean").doubleValue()).isCloseTo(0, within(1e-7));
    assertThat(itself.get("top1").get("value").doubleValue()).isEqualTo(1);
  }

  @Test
  void whatIsNotKeptMakesTheDivergenceALowerBound() {
    JsonNode plain =
        json(
            verify(
                candidate,
                "--against",
                TinyModel.LLAMA,
                "--save-baseline",
                baseline,
                "--baseline-top",
                16));

    JsonNode again = json(verify(candidate, "--baseline", baseline));

    assertThat(again.get("kld").get("mean").doubleValue())
        .isBetween(1e-5, plain.get("kld").get("mean").doubleValue());
    assertThat(again.get("base_perplexity").get("value").doubleValue())
        .isCloseTo(plain.get("base_perplexity").get("value").doubleValue(), within(1e-3));
    assertThat(again.get("arithmetic").textValue()).contains("16 tokens", "lower bound");
  }

  @Test
  void whatDiffersIsNamed() {
    verify(candidate, "--against", TinyModel.LLAMA, "--save-baseline", baseline);
    Path other = TinyModel.write(folder.resolve("other.txt"), TinyModel.read(text) + "more");

    assertFails(
        Run.of(line(candidate, "--baseline", baseline, "--text", other)), "another text (SHA-256)");
    assertFails(
        verify(candidate, "--baseline", baseline, "--against", candidate),
        "another model (SHA-256)");
    assertFails(verify(candidate, "--baseline", baseline, "--ctx", 32), "tokens in a piece: 64");
    assertFails(verify(TinyModel.LLAMA3, "--baseline", baseline), "another tokenizer (SHA-256)");
    assertFails(verify(candidate, "--baseline", baseline, "--chunks", 5), "4 pieces of the text");
    assertFails(verify(candidate, "--baseline", text), "not an Arrow file");
  }

  @Test
  void aBaselineIsNotReplacedUnasked() {
    verify(candidate, "--save-baseline", baseline);

    assertFails(verify(candidate, "--save-baseline", baseline), "--force replaces it");
    assertThat(verify(candidate, "--save-baseline", baseline, "--force").code()).isZero();
  }

  @Test
  void optionsThatDoNotGoTogetherAreRefused() {
    assertThat(verify(candidate, "--baseline", baseline, "--save-baseline", text).code())
        .isEqualTo(2);
    assertThat(verify(candidate, "--baseline-top", 4).code()).isEqualTo(2);
  }

  private static void assertFails(Run run, String message) {
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).hasSize(1).first().asString().contains(message);
  }

  private static JsonNode json(Run run) {
    assertThat(run.err()).isEmpty();
    return TinyModel.json(run.out());
  }

  private Run verify(Path model, Object... more) {
    List<Object> options = new ArrayList<>(List.of(more));
    options.addAll(List.of("--text", text));
    return Run.of(line(model, options.toArray()));
  }

  /// The command with its usual options, unless `more` has them.
  private static Object[] line(Path model, Object... more) {
    List<Object> line = new ArrayList<>(List.of("verify", model, "--json"));
    List<Object> given = List.of(more);
    if (!given.contains("--ctx")) {
      line.addAll(List.of("--ctx", 64));
    }
    if (!given.contains("--chunks")) {
      line.addAll(List.of("--chunks", 4));
    }
    line.addAll(given);
    return line.toArray();
  }
}
