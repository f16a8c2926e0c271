package dev.quern.formats.subwords;

import java.util.Arrays;

/// A growing list of ints.
public final class IntList {
  private int[] values;
  private int size;

  public IntList(int capacity) {
    this.values = new int[Math.max(capacity, 16)];
  }

  public void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, Math.addExact(size, size >> 1));
    }
    values[size++] = value;
  }

  public void addAll(int[] more) {
    int wanted = Math.addExact(size, more.length);
    if (wanted > values.length) {
      values = Arrays.copyOf(values, Math.max(wanted, size + (size >> 1)));
    }
    System.arraycopy(more, 0, values, size, more.length);
    size = wanted;
  }

  public int get(int index) {
    return values[index];
  }

  public int size() {
    return size;
  }

  public void clear() {
    size = 0;
  }

  public int[] toArray() {
    return Arrays.copyOf(values, size);
  }

  public int[] toArray(int from) {
    return Arrays.copyOfRange(values, from, size);
  }
}
