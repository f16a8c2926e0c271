package dev.quern.formats.quantized;

import dev.quern.formats.DType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.SourceTensor;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/// The group that each column of a matrix belongs to, when they do not lie in order.
final class Groups {
  private Groups() {}

  /// The groups that `index` gives to the columns of `weight`; empty if it says that they lie in
  /// order.
  ///
  /// @param columns columns of the weight
  /// @param perGroup columns of a group when they lie in order
  /// @param count how many groups there are
  static Optional<IntUnaryOperator> of(
      SourceTensor index, SourceTensor weight, long columns, long perGroup, long count) {
    if (index.shape().elements() != columns) {
      throw StoredTensors.malformed(
          index,
          "has %d numbers, wanted one for each of the %d columns of %s"
              .formatted(index.shape().elements(), columns, weight.name()));
    }
    Numbers numbers = StoredTensors.numbers(index, DType.I32, DType.I64);
    int[] groups = new int[Math.toIntExact(columns)];
    boolean inOrder = true;
    boolean unset = numbers.at(0) == -1;
    for (int i = 0; i < groups.length; i++) {
      float group = numbers.at(i);
      if (unset && group == -1) {
        continue;
      }
      if (!(group >= 0 && group < count)) {
        throw notThere(index, weight, i, (long) group, count);
      }
      groups[i] = (int) group;
      inOrder &= groups[i] == i / perGroup;
    }
    return inOrder || unset ? Optional.empty() : Optional.of(column -> groups[column]);
  }

  private static MalformedFileException notThere(
      SourceTensor index, SourceTensor weight, int column, long group, long count) {
    return StoredTensors.malformed(
        index,
        "puts column %d of %s into group %d, wanted 0 to %d"
            .formatted(column, weight.name(), group, count - 1));
  }
}
