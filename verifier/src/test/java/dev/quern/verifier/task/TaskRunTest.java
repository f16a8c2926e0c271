package dev.quern.verifier.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.tokenizer.Tokenizers;
import dev.quern.verifier.Progress;
import dev.quern.verifier.task.TaskFile.Kind;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A tiny model chooses as llama-perplexity says it does; see `src/test/golden/make_tasks.py`.
class TaskRunTest {
  private static final Path FOLDER = Path.of("src/test/resources/golden");
  private static final Properties EXPECTED = new Properties();

  @BeforeAll
  static void read() throws IOException {
    try (Reader reader = Files.newBufferedReader(FOLDER.resolve("tasks.properties"))) {
      EXPECTED.load(reader);
    }
  }

  private static List<TaskChoice> choose(List<ChoiceTask> tasks) {
    try (GgufFile file = GgufFile.open(FOLDER.resolve("base.gguf"));
        LanguageModel model = LanguageModel.load(file, EngineOptions.exact(2))) {
      return new TaskRun(model, Tokenizers.fromMetadata("base", file.metadata()), Progress.none())
          .choose(tasks);
    }
  }

  private static List<TaskChoice> choose(String file, Kind kind) {
    Path path = FOLDER.resolve(file);
    assertThat(Kind.of(path)).isEqualTo(kind);
    return choose(TaskFile.read(path, kind));
  }

  private static List<Integer> expected(String key) {
    return Arrays.stream(EXPECTED.getProperty(key).split(",", -1)).map(Integer::valueOf).toList();
  }

  @Test
  void hellaswagScoresEqual() {
    TaskScore score = TaskScore.of(choose("hellaswag.txt", Kind.HELLASWAG));
    assertThat(score.tasks()).isEqualTo(30);
    assertThat(score.right()).isEqualTo(expected("hellaswag").getFirst());
  }

  @Test
  void winograndeChoicesAreTheSame() {
    assertThat(choose("winogrande.csv", Kind.WINOGRANDE).stream().map(TaskChoice::choice).toList())
        .isEqualTo(expected("winogrande"));
  }

  @Test
  void multipleChoiceIsRightWhereItIsRightThere() {
    assertThat(
            choose("choices.bin", Kind.MULTIPLE_CHOICE).stream()
                .map(choice -> choice.isRight() ? 1 : 0)
                .toList())
        .isEqualTo(expected("choices"));
  }

  @Test
  void choicesDoNotDependOnTheirOrder() {
    ChoiceTask task = ChoiceTask.continuing("the man", List.of("and the", "in their hou"), 0);
    ChoiceTask turned = ChoiceTask.continuing("the man", List.of("in their hou", "and the"), 0);
    assertThat(choose(List.of(task)).getFirst().choice())
        .isEqualTo(1 - choose(List.of(turned)).getFirst().choice());
  }

  @Test
  void aGapWithTooLittleBehindItIsScoredItself() {
    ChoiceTask task = ChoiceTask.filling("the man and ", "e", List.of("the other", "a"), 0);
    ChoiceTask same = ChoiceTask.filling("the man and ", "", List.of("the othere", "ae"), 0);
    assertThat(choose(List.of(task))).isEqualTo(choose(List.of(same)));
  }

  @Test
  void choicesMustHaveSomethingToScore() {
    List<ChoiceTask> tasks = List.of(ChoiceTask.filling("", "", List.of("", "a"), 0));
    assertThatThrownBy(() -> choose(tasks))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nothing to score");
  }
}
