package dev.quern.formats.tokenizer;

import java.util.Arrays;

/// A growing list of ints.
final class IntList {
  private int[] values;
  private int size;

  IntList(int capacity) {
    this.values = new int[Math.max(capacity, 16)];
  }

  void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, Math.addExact(size, size >> 1));
    }
    values[size++] = value;
  }

  void addAll(int[] more) {
    int wanted = Math.addExact(size, more.length);
    if (wanted > values.length) {
      values = Arrays.copyOf(values, Math.max(wanted, size + (size >> 1)));
    }
    System.arraycopy(more, 0, values, size, more.length);
    size = wanted;
  }

  int get(int index) {
    return values[index];
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  int[] toArray() {
    return Arrays.copyOf(values, size);
  }

  int[] toArray(int from) {
    return Arrays.copyOfRange(values, from, size);
  }
}
