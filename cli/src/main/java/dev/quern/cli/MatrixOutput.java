package dev.quern.cli;

import dev.quern.converter.ConversionException;
import dev.quern.formats.imatrix.ImportanceFiles;
import dev.quern.formats.imatrix.ImportanceFiles.Format;
import dev.quern.formats.imatrix.ImportanceMatrix;
import dev.quern.formats.imatrix.ImportanceMerge;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where a merged or converted importance matrix goes, and in which format.
final class MatrixOutput {
  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "What to write.")
  private Path output = Path.of("");

  @Option(
      names = "--output-format",
      paramLabel = "FORMAT",
      description = "gguf or dat (default: dat if the output's name ends in .dat).")
  private @Nullable Format format;

  @Option(
      names = "--chunk-size",
      paramLabel = "ROWS",
      description =
          "Rows of a chunk, which a .dat does not say; an earlier .gguf does (default: ${DEFAULT-VALUE}).")
  private int chunkSize = ImportanceMerge.DEFAULT_CHUNK;

  @Option(names = "--force", description = "Replace an existing file.")
  private boolean force;

  /// Writes the sum of `files`.
  void write(List<Path> files) {
    if (chunkSize < 1) {
      throw new UsageException("--chunk-size is " + chunkSize + ", wanted at least 1");
    }
    if (Files.exists(output) && !force) {
      throw new ConversionException(output + ": exists already; --force replaces it");
    }
    List<ImportanceMatrix> matrices = new ArrayList<>();
    try {
      files.forEach(file -> matrices.add(ImportanceMatrix.open(file)));
      ImportanceFiles.write(ImportanceMerge.of(matrices, chunkSize), output, format());
    } finally {
      matrices.forEach(ImportanceMatrix::close);
    }
  }

  private Format format() {
    if (format != null) {
      return format;
    }
    return output.toString().endsWith(".dat") ? Format.DAT : Format.GGUF;
  }
}
