package dev.quern.converter;

import java.util.List;

/// Reads several tensors of one size as if they lay one after another.
///
/// @param sources the tensors
/// @param size weights of each
record StackedReader(List<WeightReader> sources, long size) implements WeightReader {
  StackedReader {
    sources = List.copyOf(sources);
  }

  @Override
  public void read(long first, int count, float[] out) {
    if (first / size == (first + count - 1) / size) {
      sources.get(Math.toIntExact(first / size)).read(first % size, count, out);
      return;
    }
    float[] part = new float[count];
    int done = 0;
    while (done < count) {
      long at = first + done;
      int run = (int) Math.min(count - done, size - at % size);
      sources.get(Math.toIntExact(at / size)).read(at % size, run, part);
      System.arraycopy(part, 0, out, done, run);
      done += run;
    }
  }
}
