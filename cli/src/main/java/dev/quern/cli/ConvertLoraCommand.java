package dev.quern.cli;

import dev.quern.converter.AdapterGguf;
import dev.quern.converter.ConversionException;
import dev.quern.formats.GgmlType;
import dev.quern.formats.TensorInfo;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `quern convert-lora`: an adapter as a GGUF of its own.
@Command(
    name = "convert-lora",
    mixinStandardHelpOptions = true,
    description =
        "Converts a low-rank adapter to a GGUF that llama.cpp applies to a model when it runs"
            + " (--lora).")
final class ConvertLoraCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "ADAPTER", description = "A folder of PEFT's.")
  private Path adapter = Path.of("");

  @Option(
      names = "--base",
      required = true,
      paramLabel = "FOLDER",
      description = "The folder of the model that it is for; its config.json is enough.")
  private Path base = Path.of("");

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "The .gguf file to write.")
  private Path output = Path.of("");

  @Option(
      names = "--to",
      paramLabel = "TYPE",
      description = "F32, F16 or BF16 (default: ${DEFAULT-VALUE}).")
  private GgmlType type = GgmlType.F32;

  @Option(names = "--force", description = "Replace an existing file.")
  private boolean force;

  @Option(names = "--dry-run", description = "Print the tensors and write nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  public Integer call() {
    if (!List.of(GgmlType.F32, GgmlType.F16, GgmlType.BF16).contains(type)) {
      throw new UsageException("--to is " + type + ", wanted F32, F16 or BF16");
    }
    if (!dryRun && !force && Files.exists(output)) {
      throw new ConversionException(output + ": exists already; --force replaces it");
    }
    if (Files.isDirectory(output)) {
      throw new ConversionException(output + ": is a folder, wanted the name of a file to write");
    }
    PrintWriter err = spec.commandLine().getErr();
    try (AdapterGguf file = AdapterGguf.open(adapter, base)) {
      file.warnings().forEach(warning -> err.println("warning: " + warning));
      if (!dryRun) {
        file.write(output, type);
      }
      print(file);
    }
    return ExitCode.DONE;
  }

  private void print(AdapterGguf file) {
    PrintWriter out = spec.commandLine().getOut();
    List<TensorInfo> tensors = file.tensors(type);
    if (json) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("output", output.toString());
      document.put("architecture", file.architecture());
      document.put("written", !dryRun);
      document.put("tensors", tensors.stream().map(ConvertLoraCommand::tensor).toList());
      JsonOutput.print(document, out);
      return;
    }
    if (dryRun) {
      for (TensorInfo tensor : tensors) {
        out.printf("  %-5s %-18s %s%n", tensor.type(), tensor.shape(), tensor.name());
      }
    }
    long bytes = tensors.stream().mapToLong(TensorInfo::bytes).sum();
    out.printf(
        "%s: adapter for %s, %s, %s%n",
        output, file.architecture(), Units.count(tensors.size(), "tensor"), Units.bytes(bytes));
  }

  private static Map<String, Object> tensor(TensorInfo tensor) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", tensor.name());
    document.put("type", tensor.type().name());
    document.put("shape", tensor.shape().extents());
    return document;
  }
}
