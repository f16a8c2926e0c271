package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
  @TempDir Path folder;

  @Test
  void measuresPerplexityAlone() {
    Run run = verify(TinyModel.gguf(TinyModel.LLAMA, "Q8_0", folder));

    assertThat(run.code()).as(run.err()).isZero();
    JsonNode report = TinyModel.json(run.out());
    assertThat(report.get("perplexity").get("value").doubleValue()).isBetween(300.0, 3000.0);
    assertThat(report.get("perplexity").get("error").doubleValue()).isPositive();
    assertThat(report.get("chunks").intValue()).isEqualTo(4);
    assertThat(report.has("kld")).isFalse();
  }

  @Test
  void measuresDivergenceFromABase() {
    Path small = TinyModel.gguf(TinyModel.LLAMA, "Q4_0", folder);

    JsonNode report = TinyModel.json(verify(small, "--against", TinyModel.LLAMA).out());

    assertThat(report.get("kld").get("mean").doubleValue()).isBetween(1e-4, 1.0);
    assertThat(report.get("source").get("name").textValue()).isEqualTo("tiny-llama");
  }

  @Test
  void aFolderAndItsSixteenBitConversionDoNotDiverge() {
    Path whole = TinyModel.gguf(TinyModel.LLAMA3, "BF16", folder);

    Run run = verify(whole, "--against", TinyModel.LLAMA3, "--gate", "kld.mean<=0");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(TinyModel.json(run.out()).get("kld").get("max").doubleValue()).isZero();
  }

  @Test
  void defaultGatesOfABaseMayBeMissed() {
    Path other = TinyModel.gguf(TinyModel.MISTRAL, "Q8_0", folder);

    Run run = verify(other, "--against", TinyModel.LLAMA);

    assertThat(run.code()).isEqualTo(3);
    assertThat(TinyModel.json(run.out()).get("verdict").get("passed").booleanValue()).isFalse();
  }

  @Test
  void modelsWithDifferentTokenizersAreNotCompared() {
    Path other = TinyModel.gguf(TinyModel.LLAMA3, "Q8_0", folder);

    Run run = verify(other, "--against", TinyModel.LLAMA);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("different tokens");
  }

  @Test
  void saysWhereTheLossLies() {
    Path small = TinyModel.gguf(TinyModel.LLAMA, "Q4_0", folder);

    JsonNode blame =
        TinyModel.json(verify(small, "--against", TinyModel.LLAMA, "--blame").out()).get("blame");

    assertThat(blame.get("kld").doubleValue()).isPositive();
    assertThat(blame.get("ranking")).hasSizeGreaterThan(5);
    assertThat(blame.at("/ranking/0/kld_returned").doubleValue())
        .isPositive()
        .isGreaterThanOrEqualTo(blame.at("/ranking/1/kld_returned").doubleValue());
    assertThat(blame.get("best_buy").asText()).startsWith("--tensor-type '").endsWith("=Q8_0'");
  }

  @Test
  void blameOverDocumentsCountsThemAsTheReportDoes() {
    Path small = TinyModel.gguf(TinyModel.LLAMA, "Q4_0", folder);

    JsonNode report =
        TinyModel.json(
            verify(small, "--against", TinyModel.LLAMA, "--blame", "--documents", "\n").out());

    assertThat(report.at("/clustered/unit").textValue()).isEqualTo("document");
    assertThat(report.at("/blame/kld")).isEqualTo(report.at("/kld/mean"));
  }

  @Test
  void blameNeedsABase() {
    Run run = verify(TinyModel.gguf(TinyModel.LLAMA, "Q4_0", folder), "--blame");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--against");
  }

  @Test
  void printsTheReportForPeople() {
    Path small = TinyModel.gguf(TinyModel.LLAMA, "Q8_0", folder);
    Path text = TinyModel.text(folder, 1500);

    Run run = Run.of("verify", small, "--text", text, "--ctx", 64);

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .containsPattern("perplexity +\\d+\\.\\d{4} ± ")
        .containsPattern("verdict +pass");
  }

  @Test
  void writesAReportWhereItIsAsked() {
    Path small = TinyModel.gguf(TinyModel.LLAMA, "Q4_0", folder);
    Path out = folder.resolve("report");

    Run run = verify(small, "--against", TinyModel.LLAMA, "-o", out);
    Run again = verify(small, "--against", TinyModel.LLAMA, "-o", out);

    assertThat(again.code()).as(again.err()).isEqualTo(run.code());
    assertThat(TinyModel.names(out))
        .containsExactly(
            "SHA256SUMS",
            "model-card.md",
            "report-chunks.arrow",
            "report-tensors.arrow",
            "report-tokens.arrow",
            "report.html",
            "report.json",
            "report.md");
    assertThat(TinyModel.json(TinyModel.read(out.resolve("report.json"))))
        .isEqualTo(TinyModel.json(run.out()));
    assertThat(TinyModel.read(out.resolve("report.html")))
        .contains("\"name\":\"blk.0.attn_q.weight\",\"type\":\"Q4_0\"");
  }

  @Test
  void doesNotReplaceAReportOfSomebodyElse() {
    Path small = TinyModel.gguf(TinyModel.LLAMA, "Q4_0", folder);
    Path foreign = TinyModel.write(folder.resolve("report.md"), "mine");

    Run run = verify(small, "-o", folder);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("report.md: exists already; --force replaces it");
    assertThat(foreign).hasContent("mine");
    assertThat(verify(small, "-o", folder, "--force").code()).isZero();
  }

  @Test
  void resultsDoNotDependOnThreads() {
    Path small = TinyModel.gguf(TinyModel.LLAMA, "Q5_1", folder);

    JsonNode one = TinyModel.json(verify(small, "-t", 1).out());
    JsonNode many = TinyModel.json(verify(small, "-t", 5).out());

    assertThat(one.get("perplexity")).isEqualTo(many.get("perplexity"));
  }

  private Run verify(Path candidate, Object... more) {
    Path text = TinyModel.text(folder, 1500);
    List<Object> line = new ArrayList<>(List.of("verify", candidate, "--text", text));
    line.addAll(List.of("--ctx", 64, "--chunks", 4, "--json"));
    line.addAll(List.of(more));
    return Run.of(line.toArray());
  }
}
