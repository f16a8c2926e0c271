package dev.quern.converter;

/// Reads a matrix whose rows lie in another order than they are wanted in.
///
/// @param source the weights as they lie
/// @param length weights of a row
/// @param order which row of the source each row is
record RowReader(WeightReader source, long length, RowOrder order) implements WeightReader {
  @Override
  public void read(long first, int count, float[] out) {
    if (length == 1) {
      readVector(first, count, out);
      return;
    }
    float[] part = new float[Math.toIntExact(Math.min(count, length))];
    int done = 0;
    while (done < count) {
      long row = (first + done) / length;
      long column = (first + done) % length;
      int run = (int) Math.min(count - done, length - column);
      source.read(order.source(row) * length + column, run, part);
      System.arraycopy(part, 0, out, done, run);
      done += run;
    }
  }

  private void readVector(long first, int count, float[] out) {
    float[] one = new float[1];
    for (int i = 0; i < count; i++) {
      source.read(order.source(first + i), 1, one);
      out[i] = one[0];
    }
  }
}
