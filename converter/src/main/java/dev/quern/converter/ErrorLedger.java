package dev.quern.converter;

import dev.quern.quantizers.ErrorSums;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;

/// What the parts of one tensor of one output cost. They are added up in the order of the tensor,
/// so that the sums do not depend on which worker was first.
final class ErrorLedger {
  private final SortedMap<Long, ErrorSums> parts = new ConcurrentSkipListMap<>();

  /// Enters the part that begins at weight `first`.
  void enter(long first, ErrorSums sums) {
    parts.put(first, sums);
  }

  /// True if nothing was measured.
  boolean isEmpty() {
    return parts.isEmpty();
  }

  ErrorSums total() {
    return parts.values().stream().reduce(ErrorSums.NONE, ErrorSums::plus);
  }
}
