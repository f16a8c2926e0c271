package dev.quern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.Sha256;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShrinkCommandTest {
  private static final String FILE = "tiny-llama-Q8_0.gguf";

  @TempDir Path folder;
  private Path text = Path.of("");
  private Path out = Path.of("");

  @BeforeEach
  void writeText() {
    text = TinyModel.text(folder, 1500);
    out = folder.resolve("out");
  }

  @Test
  void writesModelReportsAndChecksums() {
    Run run = shrink("Q8_0");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(TinyModel.names(out))
        .containsExactly(
            "SHA256SUMS",
            "model-card.md",
            "report-chunks.arrow",
            "report-tensors.arrow",
            "report-tokens.arrow",
            "report.html",
            "report.json",
            "report.md",
            FILE);
    assertThat(run.out())
        .contains("perplexity ", "KL divergence ", "same top token", "tokens per second")
        .containsPattern("verdict +pass");
    assertThat(run.err()).startsWith(out.resolve(FILE) + ": 132.26 kB, 8.57 bits per weight");
    assertSums(
        FILE,
        "report.json",
        "report.md",
        "report.html",
        "report-tokens.arrow",
        "report-chunks.arrow",
        "report-tensors.arrow",
        "model-card.md");
  }

  @Test
  void theReportHasWhatAProgramNeeds() {
    shrink("Q8_0");

    JsonNode report = TinyModel.json(TinyModel.read(out.resolve("report.json")));

    assertThat(report.get("candidate").get("bytes").longValue())
        .isEqualTo(out.resolve(FILE).toFile().length());
    assertThat(report.get("candidate").get("bits_per_weight").doubleValue()).isBetween(8.5, 8.6);
    assertThat(report.get("source").get("bytes").longValue()).isEqualTo(230_656);
    assertThat(report.get("perplexity").get("value").doubleValue()).isPositive();
    assertThat(report.get("perplexity").get("error").doubleValue()).isPositive();
    assertThat(report.get("base_perplexity").get("value").doubleValue()).isPositive();
    for (String key : List.of("mean", "error", "median", "p99")) {
      assertThat(report.get("kld").get(key).doubleValue()).as(key).isBetween(0.0, 0.1);
    }
    assertThat(report.get("top1").get("value").doubleValue()).isBetween(0.5, 1.0);
    assertThat(report.get("speed").get("prefill").doubleValue()).isPositive();
    assertThat(report.get("speed").get("generate").doubleValue()).isPositive();
    assertThat(report.get("context").intValue()).isEqualTo(64);
    assertThat(report.get("verdict").get("passed").booleanValue()).isTrue();
  }

  @Test
  void thePageShowsTensorsPiecesAndWorstPlaces() {
    shrink("Q4_0");

    assertThat(TinyModel.read(out.resolve("report.html")))
        .contains("\"name\":\"blk.0.attn_q.weight\",\"type\":\"Q4_0\"")
        .contains("\"measure\":\"divergence\"", "\"begins\":\"", "\"before\":\"");
  }

  @Test
  void jsonPrintsTheReportThatItWrites() {
    Run run = shrink("Q8_0", "--json");

    assertThat(TinyModel.json(run.out()))
        .isEqualTo(TinyModel.json(TinyModel.read(out.resolve("report.json"))));
  }

  @Test
  void severalTypesGetAReportEach() {
    Run run = shrink("Q8_0,F16", "--json");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(TinyModel.names(out))
        .containsExactly(
            "SHA256SUMS",
            "model-card.md",
            "report-F16-chunks.arrow",
            "report-F16-tensors.arrow",
            "report-F16-tokens.arrow",
            "report-F16.html",
            "report-F16.json",
            "report-F16.md",
            "report-Q8_0-chunks.arrow",
            "report-Q8_0-tensors.arrow",
            "report-Q8_0-tokens.arrow",
            "report-Q8_0.html",
            "report-Q8_0.json",
            "report-Q8_0.md",
            "side-by-side.json",
            "tiny-llama-F16.gguf",
            FILE);
    assertThat(TinyModel.json(run.out())).hasSize(2);
    assertSums(
        FILE,
        "tiny-llama-F16.gguf",
        "report-Q8_0.json",
        "report-Q8_0.md",
        "report-Q8_0.html",
        "report-Q8_0-tokens.arrow",
        "report-Q8_0-chunks.arrow",
        "report-Q8_0-tensors.arrow",
        "report-F16.json",
        "report-F16.md",
        "report-F16.html",
        "report-F16-tokens.arrow",
        "report-F16-chunks.arrow",
        "report-F16-tensors.arrow",
        "model-card.md",
        "side-by-side.json");
    assertThat(TinyModel.read(out.resolve("report-Q8_0.html")))
        .contains("\"page\":\"report-F16.html\"");
    assertThat(TinyModel.read(out.resolve("model-card.md")).lines())
        .filteredOn(line -> line.startsWith("| tiny"))
        .hasSize(2);
  }

  @Test
  void replacesItsOwnOutput() {
    shrink("Q8_0");
    byte[] first = TinyModel.bytes(out.resolve(FILE));

    Run again = shrink("Q8_0");

    assertThat(again.code()).as(again.err()).isZero();
    assertThat(out.resolve(FILE)).hasBinaryContent(first);
  }

  @Test
  void remembersWhatEarlierRunsMade() {
    shrink("Q8_0");

    Run second = shrink("F16");

    assertThat(second.code()).as(second.err()).isZero();
    assertSums(
        FILE,
        "tiny-llama-F16.gguf",
        "report.json",
        "report.md",
        "report.html",
        "report-tokens.arrow",
        "report-chunks.arrow",
        "report-tensors.arrow",
        "model-card.md");
    assertThat(shrink("Q8_0").code()).isZero();
  }

  @Test
  void continuesInAFolderWhereMeasuringWasInterrupted() {
    shrink("Q8_0");
    Path sums = out.resolve("SHA256SUMS");
    String model = TinyModel.read(sums).lines().findFirst().orElseThrow();
    TinyModel.write(sums, model + "\n");
    for (String name : TinyModel.names(out)) {
      if (name.startsWith("report") || name.startsWith("model-card")) {
        assertThat(out.resolve(name).toFile().delete()).isTrue();
      }
    }

    assertThat(shrink("Q8_0").code()).isZero();
  }

  @Test
  void doesNotReplaceAFileOfSomebodyElse() {
    TinyModel.copy(TinyModel.LLAMA, out);
    Path foreign = TinyModel.write(out.resolve(FILE), "mine");

    Run refused = shrink("Q8_0");

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .isEqualTo("quern: " + foreign + ": exists already; --force replaces it\n");
    assertThat(foreign).hasContent("mine");
    assertThat(shrink("Q8_0", "--force").code()).isZero();
  }

  @Test
  void doesNotReplaceReportsOfSomebodyElse() {
    TinyModel.copy(TinyModel.LLAMA, out);
    Path foreign = TinyModel.write(out.resolve("report.md"), "mine");

    Run refused = shrink("Q8_0");

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .isEqualTo("quern: " + foreign + ": exists already; --force replaces it\n");
    assertThat(foreign).hasContent("mine");
    assertThat(out.resolve(FILE)).doesNotExist();
  }

  @Test
  void aMissedGateIsExitCodeThreeAndLeavesTheFiles() {
    Run run = shrink("Q8_0", "--gate", "kld.mean<=0", "--gate", "finite>=1");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out())
        .containsPattern("GATE MISSED +kld.mean<=0 ")
        .containsPattern("gate passed +finite>=1 ")
        .contains("FAIL");
    assertThat(TinyModel.names(out)).contains(FILE, "report.json", "SHA256SUMS");
    JsonNode verdict = TinyModel.json(TinyModel.read(out.resolve("report.json"))).get("verdict");
    assertThat(verdict.get("passed").booleanValue()).isFalse();
    assertThat(verdict.get("gates")).hasSize(3);
  }

  @Test
  void aTextThatIsTooShortIsFoundBeforeAnythingIsConverted() {
    Path tiny = TinyModel.write(folder.resolve("tiny.txt"), "a mill");

    Run run = Run.of("shrink", TinyModel.LLAMA, "--to", "Q8_0", "-o", out, "--text", tiny);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines())
        .hasSize(1)
        .first()
        .asString()
        .contains("tiny.txt: the text is only");
    assertThat(out).doesNotExist();
  }

  @Test
  void withoutATextItSaysHowToGiveOne() {
    Run run = Run.of("shrink", TinyModel.LLAMA, "--to", "Q8_0", "-o", out);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("--text FILE");
    assertThat(out).doesNotExist();
  }

  @Test
  void findsTheTextBesideTheModel() {
    Path model = TinyModel.copy(TinyModel.LLAMA, folder.resolve("model"));
    TinyModel.write(model.resolve("eval.txt"), TinyModel.read(text));

    Run run = Run.of("shrink", model, "--to", "F16", "-o", out, "--ctx", 64, "--chunks", 2);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("eval.txt, 2 pieces of 64 tokens");
  }

  private Run shrink(String to, String... more) {
    List<Object> line =
        new ArrayList<>(List.of("shrink", TinyModel.LLAMA, "--to", to, "-o", out, "--text", text));
    line.addAll(List.of("--ctx", 64, "--chunks", 4));
    line.addAll(List.of(more));
    return Run.of(line.toArray());
  }

  private void assertSums(String... files) {
    List<String> wanted = new ArrayList<>();
    for (String file : files) {
      wanted.add(Sha256.of(TinyModel.bytes(out.resolve(file))) + "  " + file);
    }
    assertThat(out.resolve("SHA256SUMS"))
        .content(UTF_8)
        .isEqualTo(String.join("\n", wanted) + "\n");
  }
}
