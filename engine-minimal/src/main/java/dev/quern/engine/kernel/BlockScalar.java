package dev.quern.engine.kernel;

import java.util.Arrays;

/// The scalar twin of the loops behind [Block].
final class BlockScalar {
  private BlockScalar() {}

  /// See [Block#multiply].
  static void add(
      float[] w,
      int at,
      int ldw,
      int rows,
      float[] x,
      int from,
      int vectors,
      int columns,
      float[] c,
      int to,
      int ldc,
      int depth) {
    int width = vectors * Lanes.LENGTH;
    float[] sums = new float[columns];
    for (int row = 0; row < rows; row++) {
      Arrays.fill(sums, 0);
      for (int k = 0, i = from; k < depth; k++, i += width) {
        float weight = w[at + row + k * ldw];
        for (int column = 0; column < columns; column++) {
          sums[column] = Math.fma(x[i + column], weight, sums[column]);
        }
      }
      for (int column = 0; column < columns; column++) {
        c[to + row * ldc + column] += sums[column];
      }
    }
  }
}
