package dev.quern.cli;

import dev.quern.formats.imatrix.ImportanceMatrix;
import dev.quern.formats.imatrix.ImportanceMerge;
import dev.quern.formats.imatrix.ImportanceStatistics;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `quern imatrix`: importance matrices without a model.
@Command(
    name = "imatrix",
    mixinStandardHelpOptions = true,
    description = "Merges, converts and describes importance matrices, .gguf or .dat.")
final class ImatrixCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "wanted merge, convert or show");
  }

  @Command(
      name = "merge",
      mixinStandardHelpOptions = true,
      description = "Adds up matrices of one model, as llama-imatrix does with several --in-file.")
  int merge(
      @Parameters(paramLabel = "FILE", arity = "1..*", description = "What to add, in this order.")
          List<Path> files,
      @Mixin MatrixOutput output) {
    output.write(files);
    return ExitCode.DONE;
  }

  @Command(
      name = "convert",
      mixinStandardHelpOptions = true,
      description = "Writes a matrix in the other format.")
  int convert(
      @Parameters(paramLabel = "FILE", description = "What to read.") Path file,
      @Mixin MatrixOutput output) {
    output.write(List.of(file));
    return ExitCode.DONE;
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Says of each tensor and block what llama-imatrix --show-statistics says.")
  int show(
      @Parameters(paramLabel = "FILE", description = "What to describe.") Path file,
      @Option(names = "--json", description = "Print one JSON document.") boolean json) {
    try (ImportanceMatrix matrix = ImportanceMatrix.open(file)) {
      ImportanceMatrix inRows = ImportanceMerge.of(List.of(matrix), ImportanceMerge.DEFAULT_CHUNK);
      ImatrixPrinter printer = new ImatrixPrinter(spec.commandLine().getOut());
      printer.print(matrix, ImportanceStatistics.of(inRows), json);
    }
    return ExitCode.DONE;
  }
}
