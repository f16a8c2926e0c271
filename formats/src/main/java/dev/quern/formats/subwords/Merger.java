package dev.quern.formats.subwords;

import java.util.Arrays;

/// Merges the symbols of one word after the other; a workspace for one thread.
///
/// The pair of lowest rank merges first, of several the leftmost. A short word is scanned for it, a
/// long one keeps its pairs in a heap, so that n symbols take n log n steps.
public final class Merger {
  private static final int SHORT = 24;
  private static final int GONE = -2;

  private final MergeTable table;
  private int[] symbols = new int[64];
  private int count;
  private final long[] pairs = new long[SHORT];

  private int[] next = {};
  private int[] previous = {};
  private long[] heap = {};
  private int heapSize;

  /// Merges what `table` says.
  public Merger(MergeTable table) {
    this.table = table;
  }

  /// Forgets the word before.
  public void clear() {
    count = 0;
  }

  /// Adds a symbol to the end of the word; a negative one merges with nothing.
  public void add(int symbol) {
    if (count == symbols.length) {
      symbols = Arrays.copyOf(symbols, Math.addExact(count, count));
    }
    symbols[count++] = symbol;
  }

  /// Symbols of the word.
  public int count() {
    return count;
  }

  /// The symbol at `index`.
  public int get(int index) {
    return symbols[index];
  }

  /// Merges what can be merged: [#count] and [#get] then give the result.
  public void merge() {
    if (count <= SHORT) {
      mergeShort();
    } else {
      mergeLong();
    }
  }

  private long pair(int left, int right) {
    return left < 0 || right < 0 ? MergeTable.NONE : table.find(left, right);
  }

  private void mergeShort() {
    for (int i = 0; i + 1 < count; i++) {
      pairs[i] = pair(symbols[i], symbols[i + 1]);
    }
    while (true) {
      int best = -1;
      int rank = Integer.MAX_VALUE;
      for (int i = 0; i + 1 < count; i++) {
        int other = (int) (pairs[i] >>> 32);
        if (other < rank) {
          rank = other;
          best = i;
        }
      }
      if (best < 0) {
        return;
      }
      symbols[best] = (int) pairs[best];
      System.arraycopy(symbols, best + 2, symbols, best + 1, count - best - 2);
      System.arraycopy(pairs, best + 1, pairs, best, count - best - 2);
      count--;
      if (best > 0) {
        pairs[best - 1] = pair(symbols[best - 1], symbols[best]);
      }
      if (best + 1 < count) {
        pairs[best] = pair(symbols[best], symbols[best + 1]);
      }
    }
  }

  private void mergeLong() {
    link();
    while (heapSize > 0) {
      long top = pop();
      int left = (int) top;
      int right = symbols[left] == GONE ? count : next[left];
      if (right >= count) {
        continue;
      }
      long pair = pair(symbols[left], symbols[right]);
      if (pair >>> 32 != top >>> 32) {
        continue; // one of the two has merged with another since
      }
      symbols[left] = (int) pair;
      symbols[right] = GONE;
      next[left] = next[right];
      if (next[left] < count) {
        previous[next[left]] = left;
      }
      push(previous[left], left);
      push(left, next[left]);
    }
    compact();
  }

  private void link() {
    if (next.length < count) {
      next = new int[count];
      previous = new int[count];
    }
    heapSize = 0;
    for (int i = 0; i < count; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
    }
    for (int i = 0; i + 1 < count; i++) {
      push(i, i + 1);
    }
  }

  private void compact() {
    int kept = 0;
    for (int i = 0; i < count; i = next[i]) {
      symbols[kept++] = symbols[i];
    }
    count = kept;
  }

  private void push(int left, int right) {
    if (left < 0 || right >= count) {
      return;
    }
    long pair = pair(symbols[left], symbols[right]);
    if (pair == MergeTable.NONE) {
      return;
    }
    if (heapSize == heap.length) {
      heap = Arrays.copyOf(heap, Math.max(256, Math.multiplyExact(heapSize, 2)));
    }
    long key = (pair & 0xffffffff00000000L) | left;
    int at = heapSize++;
    while (at > 0 && heap[(at - 1) / 2] > key) {
      heap[at] = heap[(at - 1) / 2];
      at = (at - 1) / 2;
    }
    heap[at] = key;
  }

  private long pop() {
    long top = heap[0];
    long last = heap[--heapSize];
    int at = 0;
    while (2 * at + 1 < heapSize) {
      int child = 2 * at + 1;
      if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
        child++;
      }
      if (heap[child] >= last) {
        break;
      }
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
