package dev.quern.converter;

import dev.quern.formats.TensorInfo;
import dev.quern.quantizers.ErrorSums;

/// What storing a tensor as planned cost.
///
/// @param info name, type and shape in the output
/// @param sums over all of its weights, as they were read against as they were written
public record TensorError(TensorInfo info, ErrorSums sums) {
  /// True if the errors were also weighted by importance.
  public boolean isWeighted() {
    return sums.weightedEnergy() > 0;
  }
}
