package dev.quern.cli;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.CheckpointView;
import dev.quern.formats.container.Container;
import dev.quern.verifier.ModelDiff;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `quern diff`: two model files, tensor by tensor and key by key.
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description = {
      "Compares two models tensor by tensor: what is missing, reshaped or changed, and by how much.",
      "Two checkpoints are compared under their own names; with a GGUF, a folder is read as it would be converted."
    })
final class DiffCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      paramLabel = "A",
      description =
          "A model's folder, a file of any known kind, owner/name in the cache of Hugging Face, or"
              + " hf://owner/name[@revision].")
  private Path first = Path.of("");

  @Parameters(index = "1", paramLabel = "B", description = "What is held against it.")
  private Path second = Path.of("");

  @Option(
      names = "--max-error",
      paramLabel = "E",
      description =
          "Exit with 3 if a tensor is missing, reshaped, or has a relative error (RMSE / RMS of A) above E.")
  private @Nullable Double limit;

  @Option(
      names = "--same",
      description = "Exit with 3 unless metadata and tensors are the same, byte for byte.")
  private boolean same;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private ThreadOption threads = new ThreadOption();

  @Override
  public Integer call() {
    if (limit != null && !(limit >= 0)) {
      throw new UsageException("--max-error is " + limit + ", wanted 0 or more");
    }
    int workers = threads.count();
    boolean named = isPublished(first) && isPublished(second);
    try (OpenModel left = open(first, named);
        OpenModel right = open(second, named);
        Steps steps = Steps.of("comparing")) {
      ModelDiff diff = ModelDiff.between(left.view(), right.view(), workers, steps::step);
      PrintWriter out = spec.commandLine().getOut();
      DiffPrinter printer = new DiffPrinter(first, second, diff);
      if (json) {
        JsonOutput.print(printer.document(), out);
      } else {
        printer.print(out);
      }
      boolean missed = (same && !diff.isEmpty()) || (limit != null && !diff.isWithin(limit));
      return ExitCode.of(!missed);
    }
  }

  private static boolean isPublished(Path path) {
    return Sources.isRemote(path)
        || Sources.ofThisProcess().recognize(path) instanceof Container.Published;
  }

  private static OpenModel open(Path path, boolean named) {
    if (!named) {
      return OpenModel.open(path);
    }
    Checkpoint checkpoint = checkpoint(path);
    try {
      return new OpenModel(path, CheckpointView.of(checkpoint), checkpoint::close);
    } catch (RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  private static Checkpoint checkpoint(Path path) {
    Sources sources = Sources.ofThisProcess();
    if (Sources.isRemote(path)) {
      return sources.remote(path);
    }
    if (sources.recognize(path) instanceof Container.Published published) {
      return published.checkpoint();
    }
    throw new IllegalStateException(path + " became something else");
  }
}
