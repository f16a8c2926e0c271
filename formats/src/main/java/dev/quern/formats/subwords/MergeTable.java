package dev.quern.formats.subwords;

import java.util.Arrays;

/// Which two neighbouring symbols become one, into which, and in which order: the lowest rank
/// first.
public final class MergeTable {
  /// What [#find] gives for a pair that stays apart.
  public static final long NONE = Long.MAX_VALUE;

  private static final long FREE = -1;

  private long[] keys;
  private long[] values;
  private int size;

  /// An empty table for about `expected` pairs.
  public MergeTable(int expected) {
    int capacity = Integer.highestOneBit(Math.clamp(expected * 2L, 16, 1 << 28)) << 1;
    this.keys = new long[capacity];
    this.values = new long[capacity];
    Arrays.fill(keys, FREE);
  }

  /// Adds the pair unless it is there already.
  public void add(int left, int right, int rank, int merged) {
    if (size > keys.length / 2) {
      grow();
    }
    put((long) left << 32 | right, (long) rank << 32 | merged);
  }

  private void put(long key, long value) {
    int slot = slot(key);
    if (keys[slot] == FREE) {
      keys[slot] = key;
      values[slot] = value;
      size++;
    }
  }

  private void grow() {
    long[] oldKeys = keys;
    long[] oldValues = values;
    keys = new long[oldKeys.length * 2];
    values = new long[oldKeys.length * 2];
    Arrays.fill(keys, FREE);
    size = 0;
    for (int i = 0; i < oldKeys.length; i++) {
      if (oldKeys[i] != FREE) {
        put(oldKeys[i], oldValues[i]);
      }
    }
  }

  /// The rank in the upper half and the merged symbol in the lower half, or [#NONE].
  public long find(int left, int right) {
    int slot = slot((long) left << 32 | right);
    return keys[slot] == FREE ? NONE : values[slot];
  }

  /// Where `key` is, or where it would go.
  private int slot(long key) {
    int mask = keys.length - 1;
    long hash = key * 0x9e3779b97f4a7c15L;
    int slot = (int) (hash >>> 32) & mask;
    while (keys[slot] != key && keys[slot] != FREE) {
      slot = slot + 1 & mask;
    }
    return slot;
  }
}
