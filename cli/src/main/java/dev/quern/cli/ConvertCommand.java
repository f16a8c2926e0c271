package dev.quern.cli;

import dev.quern.converter.Conversion;
import dev.quern.converter.ConversionPlan;
import dev.quern.converter.ConversionSummary;
import dev.quern.converter.ModelSource;
import dev.quern.converter.ModelSource.Raw;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.converter.Planner;
import dev.quern.formats.imatrix.ImportanceMatrix;
import dev.quern.quantizers.recipe.Recipe;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `quern convert`: a checkpoint or GGUF to one or several GGUF files.
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = "Converts and quantizes a Hugging Face folder or a GGUF in one pass.")
final class ConvertCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "SOURCE",
      description =
          "A model's folder, a file of any known kind, owner/name in the cache of Hugging Face, or"
              + " hf://owner/name[@revision].")
  private Path source = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE-or-folder",
      description = "A .gguf file, or a folder for SOURCE-TYPE.gguf (default: the current folder).")
  private Path output = Path.of("");

  @Option(names = "--dry-run", description = "Print the plan and write nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Option(
      names = "--raw",
      description =
          "Take the tensors of a file as they are, under their own names: for models of pictures,"
              + " which no family here knows.")
  private boolean raw;

  @Option(
      names = "--arch",
      paramLabel = "NAME",
      description =
          "With --raw: general.architecture (default: guessed for Stable Diffusion and Flux).")
  private @Nullable String architecture;

  @Mixin private ConversionFlags flags = new ConversionFlags();
  @Mixin private GgufFlags gguf = new GgufFlags();
  @Mixin private ThreadOption threads = new ThreadOption();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    ConversionFlags.Wanted wanted = flags.wanted(gguf);
    int workers = threads.count();
    requireFolder(wanted.recipes().size());
    try (ImportanceMatrix matrix = flags.importance().open();
        ModelSource opened = Sources.ofThisProcess().open(source, options())) {
      opened.warnings().forEach(warning -> err.println("warning: " + warning));
      boolean replaces = flags.force() || dryRun;
      ConversionPlan plan =
          Planner.plan(
              opened, flags.request(wanted, recipe -> target(opened, recipe), replaces, matrix));
      PlanPrinter printer = new PlanPrinter(out, err);
      if (dryRun) {
        printer.plan(plan, json);
      } else {
        printer.notes(plan);
        printer.summary(run(plan, workers), json);
      }
    }
    return ExitCode.DONE;
  }

  private SourceOptions options() {
    if (architecture != null && !raw) {
      throw new UsageException("--arch needs --raw; --as names the family of a language model");
    }
    return raw ? flags.source().with(new Raw(Optional.ofNullable(architecture))) : flags.source();
  }

  private ConversionSummary run(ConversionPlan plan, int workers) {
    try (Steps steps = Steps.of("converting")) {
      return Conversion.run(plan, flags.execution(workers, false, steps::step));
    }
  }

  private Path target(ModelSource opened, Recipe recipe) {
    return isFile() ? output : OutputName.in(output, opened, recipe);
  }

  private void requireFolder(int count) {
    if (isFile() && count > 1) {
      throw new UsageException(
          "-o " + output + " is one file, and " + count + " types are wanted; name a folder");
    }
  }

  private boolean isFile() {
    return output.toString().endsWith(".gguf") && !Files.isDirectory(output);
  }
}
