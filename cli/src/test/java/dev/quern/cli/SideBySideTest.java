package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SideBySideTest {
  @TempDir Path folder;
  private Path text = Path.of("");
  private Path first = Path.of("");
  private Path second = Path.of("");

  @BeforeEach
  void convert() {
    text = TinyModel.text(folder, 1500);
    first = TinyModel.gguf(TinyModel.LLAMA, "Q8_0", folder);
    second = TinyModel.gguf(TinyModel.LLAMA, "Q4_0", folder);
  }

  private Run verify(Object... more) {
    boolean named = Arrays.asList(more).contains("--text");
    Object[] usual = {
      "verify",
      first,
      second,
      "--against",
      TinyModel.LLAMA,
      "--ctx",
      64,
      "-t",
      2,
      "--gate",
      "finite",
      named ? "--gate" : "--text",
      named ? "finite" : text
    };
    Object[] all = Arrays.copyOf(usual, usual.length + more.length);
    System.arraycopy(more, 0, all, usual.length, more.length);
    return Run.of(all);
  }

  @Test
  void theCloserCandidateIsNamed() {
    Run run = verify();

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("tiny-llama-Q8_0.gguf and tiny-llama-Q4_0.gguf")
        .containsPattern("KL divergence +-0\\.\\d+, 95 % -.*: tiny-llama-Q8_0.gguf is lower");
  }

  @Test
  void everyCandidateScoresAsAlone() {
    JsonNode both = TinyModel.json(verify("--json").out());
    JsonNode alone =
        TinyModel.json(
            Run.of(
                    "verify",
                    second,
                    "--against",
                    TinyModel.LLAMA,
                    "--text",
                    text,
                    "--ctx",
                    64,
                    "--json",
                    "-t",
                    2,
                    "--gate",
                    "finite")
                .out());

    assertThat(both.at("/reports/1/kld")).isEqualTo(alone.get("kld"));
    assertThat(both.at("/reports/1/clustered")).isEqualTo(alone.get("clustered"));
    assertThat(both.at("/contests/0/kld/significant").booleanValue()).isTrue();
    assertThat(both.at("/contests/0/kld/interval/1").doubleValue()).isNegative();
  }

  @Test
  void aJournalGivesTheSameFiguresWithoutComputing() {
    Path journal = folder.resolve("journal");
    Run fresh = verify("--resume", journal, "--json");
    long length = journal.toFile().length();

    Run resumed = verify("--resume", journal, "--json");

    assertThat(fresh.code()).as(fresh.err()).isZero();
    assertThat(resumed.out()).isEqualTo(fresh.out());
    assertThat(journal).hasSize(length);
  }

  @Test
  void everyCandidateGetsAReport() {
    Path out = folder.resolve("out");
    Run run = verify("-o", out, "--json");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(TinyModel.read(out.resolve("side-by-side.json"))).isEqualTo(run.out());
    for (int i = 0; i < 2; i++) {
      String name = "report-tiny-llama-" + List.of("Q8_0", "Q4_0").get(i);
      JsonNode report = TinyModel.json(TinyModel.read(out.resolve(name + ".json")));
      assertThat(report).isEqualTo(TinyModel.json(run.out()).at("/reports/" + i));
      assertThat(out.resolve(name + ".html")).content().contains("tiny-llama-Q8_0.gguf");
      assertThat(out.resolve(name + ".md")).isNotEmptyFile();
      assertThat(out.resolve(name + "-tokens.arrow")).isNotEmptyFile();
    }
    assertThat(TinyModel.read(out.resolve("SHA256SUMS")).lines()).hasSize(2 * 6 + 2);
  }

  @Test
  void candidatesOfOneNameGetReportsOfTheirOwn() throws IOException {
    Path other = Files.createDirectories(folder.resolve("other")).resolve(first.getFileName());
    Files.copy(second, other);
    Path out = folder.resolve("out");

    Run run =
        Run.of(
            "verify",
            first,
            other,
            "--against",
            TinyModel.LLAMA,
            "--text",
            text,
            "--ctx",
            64,
            "--gate",
            "finite",
            "-o",
            out);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(out.resolve("report-tiny-llama-Q8_0.json")).exists();
    assertThat(out.resolve("report-tiny-llama-Q8_0-2.json")).exists();
  }

  @Test
  void aJournalGivesTheSameReport() throws IOException {
    Path journal = folder.resolve("journal");
    verify("--resume", journal, "-o", folder.resolve("fresh"));

    Run resumed = verify("--resume", journal, "-o", folder.resolve("again"));

    assertThat(resumed.code()).as(resumed.err()).isZero();
    try (Stream<Path> files = Files.list(folder.resolve("fresh"))) {
      assertThat(files.filter(file -> !file.endsWith("SHA256SUMS")))
          .isNotEmpty()
          .allSatisfy(
              file ->
                  assertThat(folder.resolve("again").resolve(file.getFileName()))
                      .hasSameBinaryContentAs(file));
    }
  }

  @Test
  void aJournalOfAnotherTextIsRefused() {
    Path journal = folder.resolve("journal");
    verify("--resume", journal);
    TinyModel.write(text, TinyModel.read(text) + " and more");

    Run run = verify("--resume", journal);

    assertThat(run.code()).isOne();
    assertThat(run.err()).contains("a journal of another verification: it has \"text ");
  }

  @Test
  void documentsAreKeptApart() {
    StringBuilder lines = new StringBuilder();
    StringBuilder parts = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      String document = "the mill by the river grinds " + 7919 * i % 1009 + " sacks of grain";
      lines.append("{\"text\": \"").append(document).append("\"}\n");
      parts.append(document).append("\n==\n");
    }
    Path jsonl = TinyModel.write(folder.resolve("d.jsonl"), lines.toString());
    Path separated = TinyModel.write(folder.resolve("d.txt"), parts.toString());

    JsonNode one = TinyModel.json(verify("--text", jsonl, "--documents", "jsonl", "--json").out());
    JsonNode two = TinyModel.json(verify("--text", separated, "--documents", "==", "--json").out());

    assertThat(one.at("/reports/0/clustered/unit").textValue()).isEqualTo("document");
    assertThat(one.at("/reports/0/text/scored").textValue()).contains("of each document");
    assertThat(one.at("/reports/0/clustered/clusters").intValue()).isEqualTo(12);
    assertThat(one.at("/reports/0/chunks").intValue()).isEqualTo(12);
    assertThat(two.at("/reports/1/kld")).isEqualTo(one.at("/reports/1/kld"));
    assertThat(one.at("/reports/0/positions").intValue())
        .isEqualTo(one.at("/reports/0/text/tokens").intValue() - 12);
  }

  @Test
  void documentsMustBeThere() throws IOException {
    Files.writeString(text, "{\"text\": \"a\"}\n{}\n");

    Run run = verify("--documents", "jsonl");

    assertThat(run.code()).isOne();
    assertThat(run.err()).contains("line 2: wanted a JSON object with a key \"text\"");
  }

  @Test
  void severalCandidatesNeedABase() {
    Run run = Run.of("verify", first, second, "--text", text);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("several candidates need a base to be held --against");
  }
}
