package dev.quern.formats.quantized;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/// The windows of tensors that were read last, so many that they fit in a budget.
final class FetchedWindows {
  private static final int USUAL_SIZE = 1 << 20;
  private static final long LARGEST_BUDGET = 512L << 20;

  private final int size;
  private final long budget;
  private final Deque<MemorySegment> kept = new ArrayDeque<>();
  private long bytes;

  /// @param size bytes of a window, a multiple of 8
  /// @param budget bytes that are kept at most
  FetchedWindows(int size, long budget) {
    this.size = size;
    this.budget = budget;
  }

  /// Windows of 1 MiB in a quarter of the heap, at most 512 MiB.
  static FetchedWindows usual() {
    return new FetchedWindows(
        USUAL_SIZE, Math.min(LARGEST_BUDGET, Runtime.getRuntime().maxMemory() / 4));
  }

  /// Bytes of a window.
  int size() {
    return size;
  }

  /// Keeps `window` until as much as the budget was kept after it.
  synchronized void add(MemorySegment window) {
    kept.addLast(window);
    bytes += window.byteSize();
    while (bytes > budget && kept.size() > 1) {
      bytes -= kept.removeFirst().byteSize();
    }
  }

  /// Bytes of a tensor up to which all of it is kept while it is read again and again.
  long largestTensor() {
    return budget / 2;
  }
}
