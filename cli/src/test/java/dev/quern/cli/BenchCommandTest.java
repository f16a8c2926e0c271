package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchCommandTest {
  private static final List<String> SMALL = List.of("-p", "8", "-n", "2", "-r", "2", "-t", "1");

  @Test
  void printsTheRowsOfLlamaBench() {
    Run run = bench();

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines().filter(line -> line.startsWith("|")))
        .hasSize(4)
        .anyMatch(line -> line.matches(".*\\| +1 \\| +pp8 \\| +[0-9.]+ ± [0-9.]+ \\|"))
        .anyMatch(line -> line.matches(".*\\| +1 \\| +tg2 \\| +[0-9.]+ ± [0-9.]+ \\|"));
    assertThat(run.out())
        .contains("int8 activations, F16 cache", "load time ", "peak memory ", "java ");
  }

  @Test
  void theTableAloneIsMarkdown() {
    Run run = bench("--md");

    assertThat(run.out().lines()).hasSize(4).allMatch(line -> line.matches("\\|.*\\|"));
  }

  @Test
  void jsonHoldsEverySample() {
    JsonNode document = TinyModel.json(bench("--json", "--exact", "-pg", "4,3", "-d", "5").out());

    JsonNode results = document.get("results");
    assertThat(results).hasSize(3);
    assertThat(results.findValuesAsText("test"))
        .containsExactly("pp8 @ d5", "tg2 @ d5", "pp4+tg3 @ d5");
    for (JsonNode row : results) {
      assertThat(row.get("samples_ns")).hasSize(2);
      assertThat(row.get("avg_ts").doubleValue()).isPositive();
      assertThat(row.get("arithmetic").textValue()).isEqualTo("float activations, F32 cache");
      assertThat(row.get("load_seconds").doubleValue()).isPositive();
      assertThat(row.get("n_batch").intValue()).isBetween(64, 512);
    }
    assertThat(document.get("peak_memory")).isNotEmpty();
  }

  @Test
  void everyNumberOfThreadsHasItsRows() {
    List<String> lines = bench("--csv", "-t", "1,2", "--cache-type", "f32").out().lines().toList();

    assertThat(lines).hasSize(5);
    assertThat(lines.getFirst()).startsWith("model_filename,").contains(",n_threads,", ",avg_ts,");
    assertThat(lines.getLast()).contains("\"2\",\"f32\",\"f32\",\"int8 activations, F32 cache\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-p 0 -n 0", "-p -3", "-r 0", "-t 0", "-pg 7", "-d -1", "--cache-type Q9", "-n x"})
  void refusesWhatMakesNoSense(String options) {
    Run run = bench(options.split(" ", -1));

    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  private static Run bench(String... options) {
    List<Object> line = new ArrayList<>(List.of("bench", TinyModel.LLAMA, "--no-warmup"));
    List<String> replaced = List.of(options);
    for (int i = 0; i < SMALL.size(); i += 2) {
      if (!replaced.contains(SMALL.get(i))) {
        line.addAll(SMALL.subList(i, i + 2));
      }
    }
    line.addAll(replaced);
    return Run.of(line.toArray());
  }
}
