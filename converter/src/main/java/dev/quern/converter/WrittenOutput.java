package dev.quern.converter;

import dev.quern.quantizers.ErrorSums;
import java.util.Comparator;
import java.util.List;

/// A file that was written, and what its types cost.
///
/// @param planned the file
/// @param errors one for every tensor that is not `F32`, in the order of the file
public record WrittenOutput(PlannedOutput planned, List<TensorError> errors) {
  public WrittenOutput {
    errors = List.copyOf(errors);
  }

  /// The sums over all tensors.
  public ErrorSums sums() {
    return errors.stream().map(TensorError::sums).reduce(ErrorSums.NONE, ErrorSums::plus);
  }

  /// The `count` tensors with the largest relative errors, worst first.
  public List<TensorError> worst(int count) {
    return errors.stream()
        .filter(one -> one.sums().error() > 0)
        .sorted(
            Comparator.comparingDouble((TensorError one) -> one.sums().relative())
                .reversed()
                .thenComparing(one -> one.info().name()))
        .limit(count)
        .toList();
  }

  /// The tensors with blocks that became all zero, though their weights were not.
  public List<TensorError> withDeadBlocks() {
    return errors.stream().filter(one -> one.sums().deadBlocks() > 0).toList();
  }
}
