package dev.quern.cli;

import dev.quern.formats.imatrix.ImportanceMatrix;
import dev.quern.formats.imatrix.ImportanceMerge;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Where a merged or converted importance matrix goes.
final class MatrixOutput {
  @Mixin private MatrixFile file = new MatrixFile();

  @Option(
      names = "--chunk-size",
      paramLabel = "ROWS",
      description =
          "Rows of a chunk, which a .dat does not say; an earlier .gguf does (default: ${DEFAULT-VALUE}).")
  private int chunkSize = ImportanceMerge.DEFAULT_CHUNK;

  /// Writes the sum of `files`.
  void write(List<Path> files) {
    if (chunkSize < 1) {
      throw new UsageException("--chunk-size is " + chunkSize + ", wanted at least 1");
    }
    file.check();
    List<ImportanceMatrix> matrices = new ArrayList<>();
    try {
      files.forEach(one -> matrices.add(ImportanceMatrix.open(one)));
      file.write(ImportanceMerge.of(matrices, chunkSize));
    } finally {
      matrices.forEach(ImportanceMatrix::close);
    }
  }
}
