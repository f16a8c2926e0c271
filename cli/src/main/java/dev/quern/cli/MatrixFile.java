package dev.quern.cli;

import dev.quern.converter.ConversionException;
import dev.quern.formats.imatrix.ImportanceFiles;
import dev.quern.formats.imatrix.ImportanceFiles.Format;
import dev.quern.formats.imatrix.ImportanceMatrix;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where an importance matrix goes, and in which format.
final class MatrixFile {
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

  @Option(names = "--force", description = "Replace an existing file.")
  private boolean force;

  /// The file.
  Path path() {
    return output;
  }

  /// Fails early if a file is in the way.
  void check() {
    if (Files.exists(output) && !force) {
      throw new ConversionException(output + ": exists already; --force replaces it");
    }
  }

  /// Writes `matrix`.
  void write(ImportanceMatrix matrix) {
    ImportanceFiles.write(matrix, output, format());
  }

  private Format format() {
    if (format != null) {
      return format;
    }
    return output.toString().endsWith(".dat") ? Format.DAT : Format.GGUF;
  }
}
