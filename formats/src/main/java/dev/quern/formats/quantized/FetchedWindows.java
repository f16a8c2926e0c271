package dev.quern.formats.quantized;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/// The windows of tensors that were read last, so many that they fit in a budget, which grows where
/// a tensor has to be kept as a whole.
final class FetchedWindows {
  private static final int USUAL_SIZE = 1 << 20;
  private static final long LARGEST_BUDGET = 512L << 20;

  private final int size;
  private final long most;
  private long budget;
  private final Deque<MemorySegment> kept = new ArrayDeque<>();
  private long bytes;

  /// @param size bytes of a window, a multiple of 8
  /// @param budget bytes that are kept at first
  /// @param most bytes that are kept at most
  FetchedWindows(int size, long budget, long most) {
    this.size = size;
    this.budget = budget;
    this.most = most;
  }

  /// Windows of 1 MiB in a quarter of the heap, at most 512 MiB; in half of it for large tensors.
  static FetchedWindows usual() {
    long heap = Runtime.getRuntime().maxMemory();
    return new FetchedWindows(USUAL_SIZE, Math.min(LARGEST_BUDGET, heap / 4), heap / 2);
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

  /// Sees to it that all of a tensor is kept while it is read again and again, beside as much of
  /// others; false if it has more than [#largestTensor] bytes.
  synchronized boolean makeRoom(long tensor) {
    if (tensor > largestTensor()) {
      return false;
    }
    budget = Math.max(budget, 2 * tensor);
    return true;
  }

  /// Bytes of the largest tensor that can be kept as a whole.
  long largestTensor() {
    return most / 2;
  }
}
