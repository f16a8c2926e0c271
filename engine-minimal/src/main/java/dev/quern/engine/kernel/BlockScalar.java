package dev.quern.engine.kernel;

import java.util.Arrays;

/// The scalar twin of the loops behind [Block] and [Tile].
final class BlockScalar {
  private BlockScalar() {}

  /// See [Block#multiply]; a row's weight `k` is in `w` at `at + row * perRow + k * perColumn`, and
  /// the rows of `x` are `ldx` apart.
  static void add(
      float[] w,
      int at,
      int perRow,
      int perColumn,
      int rows,
      float[] x,
      int from,
      int ldx,
      int columns,
      float[] c,
      int to,
      int ldc,
      int depth) {
    float[] sums = new float[columns];
    for (int row = 0; row < rows; row++) {
      Arrays.fill(sums, 0);
      for (int k = 0, i = from; k < depth; k++, i += ldx) {
        float weight = w[at + row * perRow + k * perColumn];
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
