package dev.quern.cli;

import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.verifier.task.ChoiceTask;
import dev.quern.verifier.task.McNemar;
import dev.quern.verifier.task.TaskChoice;
import dev.quern.verifier.task.TaskFile;
import dev.quern.verifier.task.TaskFile.Kind;
import dev.quern.verifier.task.TaskRun;
import dev.quern.verifier.task.TaskScore;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `quern tasks`: how often a model chooses what is right.
@Command(
    name = "tasks",
    mixinStandardHelpOptions = true,
    description =
        "Lets a model choose among answers (HellaSwag, Winogrande, multiple choice) and counts the right ones.")
final class TasksCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "MODEL", description = "A .gguf file, or a model's folder.")
  private Path model = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "FILE",
      description = "Tasks, in a form that llama-perplexity reads, or JSON lines.")
  private Path file = Path.of("");

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "${COMPLETION-CANDIDATES} (default: by the name of the file).")
  private @Nullable Kind kind;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Use the first N tasks (default: all).")
  private int limit = Integer.MAX_VALUE;

  @Option(
      names = "--against",
      paramLabel = "BASE",
      description = "A model that chooses too; McNemar's exact test compares the two.")
  private @Nullable Path against;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private ThreadOption threads = new ThreadOption();

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new UsageException("--limit is " + limit + ", wanted at least 1");
    }
    Kind form = kind == null ? Kind.of(file) : kind;
    List<ChoiceTask> tasks = TaskFile.read(file, form).stream().limit(limit).toList();
    List<TaskChoice> own = choose(model, tasks);
    Optional<List<TaskChoice>> base = Optional.ofNullable(against).map(path -> choose(path, tasks));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonOutput.print(document(form, own, base), out);
    } else {
      print(own, base, out);
    }
    return ExitCode.DONE;
  }

  private List<TaskChoice> choose(Path path, List<ChoiceTask> tasks) {
    try (OpenModel opened = OpenModel.open(path);
        LanguageModel running =
            LanguageModel.load(opened.view(), EngineOptions.exact(threads.count()));
        Steps steps = Steps.of("tasks")) {
      return new TaskRun(running, opened.tokenizer(), steps::step).choose(tasks);
    }
  }

  private void print(List<TaskChoice> own, Optional<List<TaskChoice>> base, PrintWriter out) {
    print(model, TaskScore.of(own), out);
    base.ifPresent(
        other -> {
          print(Path.of(String.valueOf(against)), TaskScore.of(other), out);
          McNemar test = McNemar.of(other, own);
          out.printf(
              Locale.ROOT,
              "lost %d, won %d; McNemar's exact test p = %.4g: %s%n",
              test.lost(),
              test.won(),
              test.probability(),
              test.probability() < 0.05 ? "they differ" : "no difference shown");
        });
  }

  private static void print(Path path, TaskScore score, PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%s: %.4f %% of %d right (95 %%: %.2f to %.2f), %.4f %% without regard to length%n",
        path,
        100 * score.share(),
        score.tasks(),
        100 * score.low(),
        100 * score.high(),
        100.0 * score.unnormalized() / score.tasks());
  }

  private Map<String, Object> document(
      Kind form, List<TaskChoice> own, Optional<List<TaskChoice>> base) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("file", file.toString());
    document.put("kind", form.name().toLowerCase(Locale.ROOT));
    document.put("candidate", document(model, own));
    base.ifPresent(
        other -> {
          document.put("base", document(Path.of(String.valueOf(against)), other));
          McNemar test = McNemar.of(other, own);
          Map<String, Object> mcnemar = new LinkedHashMap<>();
          mcnemar.put("lost", test.lost());
          mcnemar.put("won", test.won());
          mcnemar.put("p", test.probability());
          document.put("mcnemar", mcnemar);
        });
    return document;
  }

  private static Map<String, Object> document(Path path, List<TaskChoice> choices) {
    TaskScore score = TaskScore.of(choices);
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("model", path.toString());
    document.put("tasks", score.tasks());
    document.put("right", score.right());
    document.put("share", score.share());
    document.put("low", score.low());
    document.put("high", score.high());
    document.put("right_unnormalized", score.unnormalized());
    document.put("choices", choices.stream().map(TaskChoice::choice).toList());
    return document;
  }
}
