package dev.quern.formats.subwords;

import java.util.Arrays;

/// A growing list of ints.
public final class IntList {
  private int[] values;
  private int size;

  /// An empty list with room for `capacity`.
  public IntList(int capacity) {
    this.values = new int[Math.max(capacity, 16)];
  }

  /// Adds `value` at the end.
  public void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, Math.addExact(size, size >> 1));
    }
    values[size++] = value;
  }

  /// Adds all of `more` at the end.
  public void addAll(int[] more) {
    int wanted = Math.addExact(size, more.length);
    if (wanted > values.length) {
      values = Arrays.copyOf(values, Math.max(wanted, size + (size >> 1)));
    }
    System.arraycopy(more, 0, values, size, more.length);
    size = wanted;
  }

  /// The value at `index`, which is below [#size].
  public int get(int index) {
    return values[index];
  }

  /// How many there are.
  public int size() {
    return size;
  }

  /// Forgets all.
  public void clear() {
    size = 0;
  }

  /// A copy of all.
  public int[] toArray() {
    return Arrays.copyOf(values, size);
  }

  /// A copy of those from index `from` on.
  public int[] toArray(int from) {
    return Arrays.copyOfRange(values, from, size);
  }
}
