package dev.quern.converter;

/// Reads rows divided by their length, the root of the sum of their squares, as PyTorch's
/// `normalize` does.
///
/// @param reader the rows as they are
/// @param length weights of a row
record UnitRowsReader(WeightReader reader, int length) implements WeightReader {
  private static final float SHORTEST = 1e-12f;

  @Override
  public void read(long first, int count, float[] out) {
    float[] row = new float[length];
    int done = 0;
    while (done < count) {
      long at = first + done;
      int inRow = (int) (at % length);
      int some = Math.min(count - done, length - inRow);
      reader.read(at - inRow, length, row);
      float norm = norm(row);
      for (int i = 0; i < some; i++) {
        out[done + i] = row[inRow + i] / norm;
      }
      done += some;
    }
  }

  private static float norm(float[] row) {
    double sum = 0;
    for (float x : row) {
      sum += (double) x * x;
    }
    return Math.max((float) Math.sqrt(sum), SHORTEST);
  }
}
