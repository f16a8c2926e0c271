package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TasksCommandTest {
  @TempDir Path folder;
  private Path tasks = Path.of("");

  @BeforeEach
  void writeTasks() {
    String line =
        "{\"question\": \"the mill\", \"choices\": [\"grinds\", \"sings\"], \"answer\": %d}\n";
    tasks =
        TinyModel.write(
            folder.resolve("tasks.jsonl"),
            line.formatted(0) + line.formatted(1) + line.formatted(0));
  }

  @Test
  void countsWhatIsRight() {
    JsonNode document = TinyModel.json(Run.of("tasks", TinyModel.LLAMA, tasks, "--json").out());

    JsonNode score = document.get("candidate");
    assertThat(document.get("kind").textValue()).isEqualTo("jsonl");
    assertThat(score.get("tasks").intValue()).isEqualTo(3);
    int choice = score.get("choices").get(0).intValue();
    assertThat(score.get("right").intValue()).isEqualTo(choice == 0 ? 2 : 1);
    assertThat(score.get("low").doubleValue()).isLessThan(score.get("share").doubleValue());
  }

  @Test
  void testsAModelAgainstItsBase() {
    Run run = Run.of("tasks", TinyModel.LLAMA, tasks, "--against", TinyModel.LLAMA, "--limit", 2);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("50.0000 % of 2 right")
        .contains("lost 0, won 0; McNemar's exact test p = 1.000: no difference shown");
  }

  @Test
  void namesTheLineThatIsNoTask() {
    Run run = Run.of("tasks", TinyModel.LLAMA, tasks, "--kind", "winogrande");

    assertThat(run.code()).isOne();
    assertThat(run.err()).startsWith("quern: " + tasks + ": line 1 has 4 fields, wanted index");
  }
}
