package dev.quern.converter;

import java.util.List;

/// What became of a part: one delivery for each of its destinations, in their order.
///
/// @param underflows weights that became zero in `F16`, in all destinations
/// @param clamped weights that were limited, in all destinations
record Outcome(Part part, List<Delivery> deliveries, long underflows, long clamped) {

  /// Adds it to what is counted.
  void enter(ConversionCounts counts) {
    deliveries.forEach(Delivery::enter);
    counts.addUnderflows(underflows);
    counts.addClamped(clamped);
    counts.add(part.count());
  }
}
