package dev.quern.converter;

import dev.quern.quantizers.ErrorSums;
import java.util.HashMap;
import java.util.Map;

/// What the parts of one tensor of one output cost. They are added up in the order of the tensor,
/// so that the sums do not depend on which worker was first; only parts that came before their turn
/// are kept.
final class ErrorLedger {
  private final Map<Long, Entry> early = new HashMap<>();
  private ErrorSums total = ErrorSums.NONE;
  private long next;

  private record Entry(int count, ErrorSums sums) {}

  /// Enters the `count` weights from weight `first`.
  synchronized void enter(long first, int count, ErrorSums sums) {
    early.put(first, new Entry(count, sums));
    for (Entry entry = early.remove(next); entry != null; entry = early.remove(next)) {
      total = total.plus(entry.sums);
      next += entry.count;
    }
  }

  /// True if nothing was measured.
  synchronized boolean isEmpty() {
    return next == 0;
  }

  synchronized ErrorSums total() {
    return total;
  }
}
