package dev.quern.engine.kernel;

import java.lang.foreign.MemorySegment;

/// Loops for rows of 16-bit floats where they lie, with their scalar twin.
///
/// The loops with lanes are compiled for the kind of segment that they were exercised on: so that
/// must be one as the model has.
public abstract class RowTwin extends Switch {
  private static final int COLUMNS = 256; // that are exercised, at most
  private static final int OPERATIONS = 4; // for a weight

  RowTwin() {}

  /// Runs the loops with lanes over a little of a model: so little that closing the model need not
  /// wait long.
  ///
  /// @return operations on numbers that were done, at least
  final int exercise(RowSample sample) {
    int columns = Math.min(COLUMNS, sample.columns());
    int rows =
        (int) Math.min(RowProduct.AT_ONCE, (long) sample.rows() * sample.columns() / columns);
    return sample.use(
        segment -> {
          exercise(segment, rows, columns);
          return rows * columns * OPERATIONS;
        });
  }

  /// Runs the loops with lanes over `rows` rows of `columns` weights from the start of `segment`.
  abstract void exercise(MemorySegment segment, int rows, int columns);

  /// Adds the products of as many numbers as there are sums.
  static void add(float[] a, float[] b, int from, float[] sums) {
    for (int lane = 0; lane < sums.length; lane++) {
      sums[lane] = Math.fma(a[from + lane], b[from + lane], sums[lane]);
    }
  }

  /// The sum of a power of two of numbers, added pairwise as lanes are.
  static float pairwise(float[] sums) {
    for (int distance = sums.length / 2; distance > 0; distance /= 2) {
      for (int lane = 0; lane < distance; lane++) {
        sums[lane] += sums[lane + distance];
      }
    }
    return sums[0];
  }
}
