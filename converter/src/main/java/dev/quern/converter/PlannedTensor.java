package dev.quern.converter;

import dev.quern.formats.TensorInfo;
import dev.quern.quantizers.recipe.Assignment.Reason;

/// A tensor of an output, and why it is stored as it is.
///
/// @param info name, type and shape in the output
/// @param offset first byte in the file
/// @param reason what decided its type
public record PlannedTensor(TensorInfo info, long offset, Reason reason) {

  /// True if its rows are no whole number of blocks of the type that was wanted.
  public boolean isFallback() {
    return reason instanceof Reason.Fallback;
  }

  /// The reason in a few words.
  public String why() {
    return switch (reason) {
      case Reason.Kept _ -> "never quantized";
      case Reason.Mix _ -> "by the recipe";
      case Reason.Chosen(String option) -> "by " + option;
      case Reason.Fallback(dev.quern.formats.GgmlType wanted) ->
          "rows of %d are no whole number of %s blocks of %d"
              .formatted(info.shape().rowLength(), wanted, wanted.blockSize());
    };
  }
}
