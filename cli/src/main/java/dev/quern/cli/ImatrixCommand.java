package dev.quern.cli;

import dev.quern.converter.ConversionException;
import dev.quern.formats.imatrix.ImportanceFiles;
import dev.quern.formats.imatrix.ImportanceFiles.Format;
import dev.quern.formats.imatrix.ImportanceMatrix;
import dev.quern.formats.imatrix.ImportanceMerge;
import dev.quern.formats.imatrix.ImportanceStatistics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
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
      @Option(
              names = {"-o", "--output"},
              required = true,
              paramLabel = "FILE",
              description = "What to write.")
          Path output,
      @Option(
              names = "--output-format",
              paramLabel = "FORMAT",
              description = "gguf or dat (default: dat if the output's name ends in .dat).")
          @Nullable Format format,
      @Option(
              names = "--chunk-size",
              paramLabel = "ROWS",
              defaultValue = "512",
              description =
                  "Rows of a chunk where a .dat does not say and no .gguf came before (default: 512).")
          int chunkSize,
      @Option(names = "--force", description = "Replace an existing file.") boolean force) {
    if (chunkSize < 1) {
      throw new UsageException("--chunk-size is " + chunkSize + ", wanted at least 1");
    }
    if (Files.exists(output) && !force) {
      throw new ConversionException(output + ": exists already; --force replaces it");
    }
    boolean dat = output.toString().endsWith(".dat");
    Format chosen = format == null ? (dat ? Format.DAT : Format.GGUF) : format;
    List<ImportanceMatrix> matrices = new ArrayList<>();
    try {
      files.forEach(file -> matrices.add(ImportanceMatrix.open(file)));
      ImportanceFiles.write(ImportanceMerge.of(matrices, chunkSize), output, chosen);
    } finally {
      matrices.forEach(ImportanceMatrix::close);
    }
    return ExitCode.DONE;
  }

  @Command(
      name = "convert",
      mixinStandardHelpOptions = true,
      description = "Writes a matrix in the other format.")
  int convert(
      @Parameters(paramLabel = "FILE", description = "What to read.") Path file,
      @Option(
              names = {"-o", "--output"},
              required = true,
              paramLabel = "FILE",
              description = "What to write.")
          Path output,
      @Option(
              names = "--output-format",
              paramLabel = "FORMAT",
              description = "gguf or dat (default: dat if the output's name ends in .dat).")
          @Nullable Format format,
      @Option(
              names = "--chunk-size",
              paramLabel = "ROWS",
              defaultValue = "512",
              description = "Rows of a chunk, which a .dat does not say (default: 512).")
          int chunkSize,
      @Option(names = "--force", description = "Replace an existing file.") boolean force) {
    return merge(List.of(file), output, format, chunkSize, force);
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Says of each tensor and block what llama-imatrix --show-statistics says.")
  int show(
      @Parameters(paramLabel = "FILE", description = "What to describe.") Path file,
      @Option(names = "--json", description = "Print one JSON document.") boolean json) {
    try (ImportanceMatrix matrix = ImportanceMatrix.open(file)) {
      ImportanceMatrix inRows =
          ImportanceMerge.of(List.of(matrix), ImportanceMerge.DEFAULT_CHUNK);
      ImatrixPrinter printer = new ImatrixPrinter(spec.commandLine().getOut());
      printer.print(matrix, ImportanceStatistics.of(inRows), json);
    }
    return ExitCode.DONE;
  }
}
