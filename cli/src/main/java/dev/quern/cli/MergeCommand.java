package dev.quern.cli;

import dev.quern.converter.CheckpointFolder;
import dev.quern.converter.ConversionException;
import dev.quern.converter.MergedModel;
import dev.quern.converter.Merging;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.SourceTensor;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `quern merge`: a checkpoint with what is added to it, written as a checkpoint.
@Command(
    name = "merge",
    mixinStandardHelpOptions = true,
    description = {
      "Adds a published difference or low-rank adapters to a checkpoint and writes a folder of"
          + " safetensors, configuration and tokenizer.",
      "To convert the result no such folder is needed: convert and shrink take the same options."
    })
final class MergeCommand implements Callable<Integer> {
  private static final long MEGABYTE = 1_000_000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--base",
      required = true,
      paramLabel = "BASE",
      description = "The folder of the checkpoint that is added to, or a file of weights in it.")
  private Path base = Path.of("");

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FOLDER",
      description = "Where the result goes.")
  private Path output = Path.of("");

  @Option(
      names = "--shard-size",
      paramLabel = "MB",
      description = "Largest file of weights, in megabytes (default: ${DEFAULT-VALUE}).")
  private int shard = 5000;

  @Option(names = "--force", description = "Write into a folder that has files already.")
  private boolean force;

  @Option(names = "--dry-run", description = "Say what would be added to what and write nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private MergingFlags flags = new MergingFlags();

  @Override
  public Integer call() {
    Merging merging = flags.merging();
    if (merging.isNothing()) {
      throw new UsageException("nothing to add: --delta or --lora");
    }
    if (shard < 1) {
      throw new UsageException("--shard-size is " + shard + ", wanted at least 1");
    }
    requireFree(merging);
    PrintWriter err = spec.commandLine().getErr();
    try (MergedModel model = MergedModel.open(base, merging)) {
      model.checkpoint().notes().forEach(note -> err.println("note: " + note));
      List<Path> files =
          dryRun ? List.of() : CheckpointFolder.write(model, output, shard * MEGABYTE);
      print(model.checkpoint(), files);
    }
    return ExitCode.DONE;
  }

  private void requireFree(Merging merging) {
    Path target = output.toAbsolutePath().normalize();
    Stream.of(
            Stream.of(base),
            merging.delta().stream(),
            merging.adapters().stream().map(Merging.Adapter::path))
        .flatMap(paths -> paths)
        .filter(source -> source.toAbsolutePath().normalize().startsWith(target))
        .findFirst()
        .ifPresent(
            source -> {
              throw new ConversionException(output + ": would be written over " + source);
            });
    if (!Files.exists(output) || force || dryRun) {
      return;
    }
    if (!Files.isDirectory(output)) {
      throw new ConversionException(output + ": is a file, wanted a folder to write");
    }
    try (Stream<Path> files = Files.list(output)) {
      if (files.findAny().isPresent()) {
        throw new ConversionException(output + ": has files already; --force writes into it");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void print(Checkpoint checkpoint, List<Path> files) {
    PrintWriter out = spec.commandLine().getOut();
    long bytes = checkpoint.tensors().stream().mapToLong(SourceTensor::byteSize).sum();
    if (json) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("output", output.toString());
      document.put("files", files.stream().map(Path::toString).toList());
      document.put("bytes", bytes);
      document.put("tensors", checkpoint.tensors().stream().map(MergeCommand::tensor).toList());
      JsonOutput.print(document, out);
      return;
    }
    if (dryRun) {
      for (SourceTensor tensor : checkpoint.tensors()) {
        out.printf(
            "  %-5s %-18s %-48s %s%n",
            tensor.dtype(), tensor.shape(), tensor.name(), tensor.data().made());
      }
    }
    out.printf(
        "%s: %s, %s%s%n",
        output,
        Units.count(checkpoint.tensors().size(), "tensor"),
        Units.bytes(bytes),
        dryRun ? "" : " in " + Units.count(files.size(), "file"));
  }

  private static Map<String, Object> tensor(SourceTensor tensor) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", tensor.name());
    document.put("type", tensor.dtype().name());
    document.put("shape", tensor.shape().extents());
    document.put("made", tensor.data().made());
    return document;
  }
}
