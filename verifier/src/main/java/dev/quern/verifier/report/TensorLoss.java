package dev.quern.verifier.report;

import dev.quern.formats.TensorInfo;
import dev.quern.verifier.ModelDiff;
import dev.quern.verifier.TensorDifference;
import java.util.List;

/// What rounding a tensor cost.
///
/// @param info name, type and shape in the candidate
/// @param error root mean square of the rounding errors over that of the weights
/// @param weightedError the same weighted by importance; NaN without an importance matrix
/// @param deadBlocks blocks that became all zero though their weights were not
public record TensorLoss(TensorInfo info, double error, double weightedError, long deadBlocks) {

  /// What `diff` from a source to a candidate says of matrices; vectors stay as they are in every
  /// recipe and are left out.
  public static List<TensorLoss> of(ModelDiff diff) {
    return diff.tensors().stream().flatMap(one -> of(one).stream()).toList();
  }

  private static List<TensorLoss> of(TensorDifference difference) {
    return switch (difference) {
      case TensorDifference.Equal(TensorInfo info) -> matrix(info, 0);
      case TensorDifference.Changed changed -> matrix(changed.second(), changed.relativeError());
      case TensorDifference.Reshaped _ -> List.of();
      case TensorDifference.OnlyInFirst _ -> List.of();
      case TensorDifference.OnlyInSecond _ -> List.of();
    };
  }

  private static List<TensorLoss> matrix(TensorInfo info, double error) {
    return info.shape().rank() < 2
        ? List.of()
        : List.of(new TensorLoss(info, error, Double.NaN, 0));
  }

  /// Bits that a weight takes, scales included.
  public double bitsPerWeight() {
    return 8.0 * info.bytes() / info.shape().elements();
  }
}
