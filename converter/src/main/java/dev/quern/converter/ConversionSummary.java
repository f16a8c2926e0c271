package dev.quern.converter;

import java.util.List;

/// What a conversion did.
///
/// @param outputs the files that were written, and what their types cost
/// @param underflows weights that became zero in `F16`, in all outputs
/// @param clamped weights that were limited to the range of a 16-bit type, in all outputs
/// @param nanoseconds wall time
public record ConversionSummary(
    List<WrittenOutput> outputs, long underflows, long clamped, long nanoseconds) {
  public ConversionSummary {
    outputs = List.copyOf(outputs);
  }

  /// Wall time in seconds.
  public double seconds() {
    return nanoseconds / 1e9;
  }
}
