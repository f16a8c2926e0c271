package dev.quern.cli;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.ModelView;
import dev.quern.formats.container.Container;
import dev.quern.formats.gguf.GgufModel;
import dev.quern.formats.huggingface.HuggingFaceFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `quern inspect`: what a file says of itself.
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    description =
        "Shows the header, metadata, tensors, types and sizes of a GGUF, a file of weights or a"
            + " Hugging Face folder.")
final class InspectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "FILE",
      description =
          "A .gguf or .safetensors file, one of PyTorch's, GGML's or llama2.c's, a model's folder,"
              + " owner/name in the cache of Hugging Face, or hf://owner/name[@revision].")
  private Path file = Path.of("");

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Option(names = "--full", description = "Print long arrays of metadata whole (--json only).")
  private boolean full;

  @Override
  public Integer call() {
    Sources sources = Sources.ofThisProcess();
    if (Sources.isRemote(file)) {
      try (Checkpoint checkpoint = sources.remote(file)) {
        return show(Inspection.of("a model of the Hub", checkpoint));
      }
    }
    return switch (sources.recognize(file)) {
      case Container.Gguf gguf -> {
        try (GgufModel model = gguf.view()) {
          yield show(Inspection.of(model));
        }
      }
      case Container.Legacy legacy -> {
        try (ModelView model = legacy.view()) {
          yield show(Inspection.of(legacy.display(), model));
        }
      }
      case Container.HuggingFace folder -> {
        try (Checkpoint checkpoint = folder.checkpoint()) {
          yield show(Inspection.of(HuggingFaceFolder.open(folder.path()), checkpoint));
        }
      }
      case Container.Published published -> {
        try (Checkpoint checkpoint = published.checkpoint()) {
          yield show(Inspection.of(published.display(), checkpoint));
        }
      }
    };
  }

  private int show(Inspection inspection) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonOutput.print(inspection.document(full), out);
    } else {
      inspection.print(out);
    }
    return ExitCode.DONE;
  }
}
