package dev.quern.converter.overlay;

/// The means of the columns of a matrix, in PyTorch's order of additions: sums of 16 rows (more
/// where there are more than a million), of 16 of these, and so on, in four levels.
///
/// PyTorch adds the last columns of a matrix whose rows are no multiple of 64 in another order.
final class ColumnMeans {
  private static final int LEVELS = 4;
  private static final int SMALLEST_STEP_POWER = 4;

  private final float[][] levels;

  private ColumnMeans(int columns) {
    this.levels = new float[LEVELS][columns];
  }

  /// The means over `rows` rows of `columns` numbers.
  static float[] of(Numbers matrix, long rows, int columns) {
    return new ColumnMeans(columns).means(matrix, rows);
  }

  private float[] means(Numbers matrix, long rows) {
    int columns = levels[0].length;
    int power = Math.max(SMALLEST_STEP_POWER, ceilLog2(rows) / LEVELS);
    long step = 1L << power;
    long cascaded = rows / step * step;
    float[] row = new float[columns];
    for (long i = 0; i < rows; i++) {
      matrix.read(i * columns, columns, row);
      add(levels[0], row);
      long done = i + 1;
      if (done <= cascaded && done % step == 0) {
        carry(done, power);
      }
    }
    float[] sums = levels[0];
    for (int level = 1; level < LEVELS; level++) {
      add(sums, levels[level]);
    }
    for (int i = 0; i < columns; i++) {
      sums[i] /= (float) rows;
    }
    return sums;
  }

  /// Adds up the levels that are full after `done` rows.
  private void carry(long done, int power) {
    long mask = (1L << power) - 1;
    for (int level = 1; level < LEVELS; level++) {
      add(levels[level], levels[level - 1]);
      levels[level - 1] = new float[levels[level].length];
      if ((done & (mask << (level * power))) != 0) {
        return;
      }
    }
  }

  private static void add(float[] to, float[] from) {
    for (int i = 0; i < to.length; i++) {
      to[i] += from[i];
    }
  }

  private static int ceilLog2(long value) {
    return value <= 2 ? 1 : 64 - Long.numberOfLeadingZeros(value - 1);
  }
}
