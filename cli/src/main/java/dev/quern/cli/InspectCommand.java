package dev.quern.cli;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.flax.FlaxFile;
import dev.quern.formats.ggml.GgmlFile;
import dev.quern.formats.ggml.LlamaView;
import dev.quern.formats.gguf.GgufModel;
import dev.quern.formats.huggingface.HuggingFaceFolder;
import dev.quern.formats.llama2c.Llama2cFile;
import dev.quern.formats.meta.MetaFolder;
import dev.quern.formats.mistral.MistralFolder;
import dev.quern.formats.quantized.QuantizedCheckpoint;
import dev.quern.formats.safetensors.SafetensorsFile;
import java.io.PrintWriter;
import java.nio.file.Files;
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
          "A .gguf or .safetensors file, one of PyTorch's, GGML's or llama2.c's, or a model's"
              + " folder.")
  private Path file = Path.of("");

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Option(names = "--full", description = "Print long arrays of metadata whole (--json only).")
  private boolean full;

  @Override
  public Integer call() {
    if (Files.isDirectory(file)) {
      return showFolder(file);
    }
    if (!Files.exists(file)) {
      throw new MalformedFileException(file, "no such file or folder");
    }
    Path parent = file.toAbsolutePath().getParent();
    if (file.toString().endsWith(".json") && parent != null) {
      return showFolder(parent);
    }
    if (GgmlFile.isOne(file)) {
      try (LlamaView model = GgmlFile.open(file)) {
        return show(Inspection.of("GGML, before GGUF", model));
      }
    }
    if (Llama2cFile.isOne(file)) {
      try (LlamaView model = Llama2cFile.open(file)) {
        return show(Inspection.of("llama2.c", model));
      }
    }
    if (HuggingFaceFolder.isWeights(file)) {
      try (Checkpoint checkpoint = HuggingFaceFolder.weights(file).orElseThrow()) {
        return show(Inspection.of(format(checkpoint), checkpoint));
      }
    }
    try (GgufModel gguf = GgufModel.open(file)) {
      return show(Inspection.of(gguf));
    }
  }

  private static String format(Checkpoint checkpoint) {
    return switch (checkpoint) {
      case SafetensorsFile _ -> "safetensors";
      case FlaxFile _ -> "Flax";
      default -> "PyTorch";
    };
  }

  private int showFolder(Path path) {
    if (MistralFolder.isOne(path)) {
      try (Checkpoint checkpoint = MistralFolder.open(path).checkpoint()) {
        return show(Inspection.of("Mistral's folder", checkpoint));
      }
    }
    if (MetaFolder.isOne(path)) {
      try (Checkpoint checkpoint = MetaFolder.open(path).checkpoint()) {
        return show(Inspection.of("Meta's folder", checkpoint));
      }
    }
    HuggingFaceFolder folder = HuggingFaceFolder.open(path);
    try (Checkpoint checkpoint = folder.checkpoint()) {
      return show(Inspection.of(folder, QuantizedCheckpoint.of(folder.config(), checkpoint)));
    }
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
