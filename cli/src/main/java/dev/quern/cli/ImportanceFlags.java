package dev.quern.cli;

import dev.quern.converter.ImportanceRequest;
import dev.quern.formats.imatrix.ImportanceMatrix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that say how much the columns of matrices count.
final class ImportanceFlags {
  @Option(
      names = "--imatrix",
      paramLabel = "FILE",
      description = "Importance matrix of llama-imatrix or 'quern imatrix', .gguf or .dat.")
  private @Nullable Path file;

  @Option(
      names = "--include-weights",
      paramLabel = "NAME",
      description = "Use importance only for tensors whose name contains NAME; may be repeated.")
  private List<String> included = new ArrayList<>();

  @Option(
      names = "--exclude-weights",
      paramLabel = "NAME",
      description = "Use no importance for tensors whose name contains NAME; may be repeated.")
  private List<String> excluded = new ArrayList<>();

  @Option(
      names = "--imatrix-prior",
      paramLabel = "W",
      description = {
        "Add W times the mean importance of a matrix to each of its columns, so that none counts nothing",
        "(default: 0, as llama-quantize)."
      })
  private float prior;

  /// The matrix, to be closed by the caller, or null if none is named.
  @Nullable ImportanceMatrix open() {
    check(false);
    return file == null ? null : ImportanceMatrix.open(file);
  }

  /// True if a file is named.
  boolean isNamed() {
    return file != null;
  }

  /// Fails early if the options do not fit together.
  ///
  /// @param hasOther whether there is a matrix that no file is named for
  void check(boolean hasOther) {
    if (file == null && !hasOther && !(included.isEmpty() && excluded.isEmpty() && prior == 0)) {
      throw new UsageException(
          "--include-weights, --exclude-weights and --imatrix-prior need --imatrix");
    }
    if (!included.isEmpty() && !excluded.isEmpty()) {
      throw new UsageException("--include-weights and --exclude-weights exclude each other");
    }
    if (!(prior >= 0) || prior == Float.POSITIVE_INFINITY) {
      throw new UsageException("--imatrix-prior: wanted a finite number of at least 0");
    }
  }

  /// What a conversion is told of `matrix`.
  @Nullable ImportanceRequest request(@Nullable ImportanceMatrix matrix) {
    return matrix == null ? null : new ImportanceRequest(matrix, included, excluded, prior);
  }
}
