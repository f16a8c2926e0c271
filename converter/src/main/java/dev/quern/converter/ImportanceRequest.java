package dev.quern.converter;

import dev.quern.formats.imatrix.ImportanceEntry;
import dev.quern.formats.imatrix.ImportanceMatrix;
import java.util.List;
import java.util.Optional;

/// Which importance a conversion uses. The matrix is borrowed until the conversion is done.
///
/// @param matrix the importance of columns, by tensor
/// @param included if there are any, only tensors whose name contains one of them use it
/// @param excluded tensors whose name contains one of them do not use it
/// @param prior how many times the mean importance of a matrix is added to each of its columns;
///   where the mean is 0 every column counts the same
public record ImportanceRequest(
    ImportanceMatrix matrix, List<String> included, List<String> excluded, float prior) {
  public ImportanceRequest {
    included = List.copyOf(included);
    excluded = List.copyOf(excluded);
    if (!included.isEmpty() && !excluded.isEmpty()) {
      throw new IllegalArgumentException("tensors are either included or excluded, not both");
    }
    if (!(prior >= 0) || prior == Float.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(
          "the prior is " + prior + ", wanted a finite number of at least 0");
    }
  }

  /// All that `matrix` says.
  public static ImportanceRequest all(ImportanceMatrix matrix) {
    return new ImportanceRequest(matrix, List.of(), List.of(), 0);
  }

  /// How many entries are used.
  int count() {
    return (int) matrix.entries().stream().filter(entry -> uses(entry.name())).count();
  }

  /// The entry of `tensor`, if there is one and it is used.
  Optional<ImportanceEntry> entry(String tensor) {
    return uses(tensor) ? matrix.entry(tensor) : Optional.empty();
  }

  /// True if the tensor is not left out on purpose.
  boolean uses(String tensor) {
    return excluded.stream().noneMatch(tensor::contains)
        && (included.isEmpty() || included.stream().anyMatch(tensor::contains));
  }
}
