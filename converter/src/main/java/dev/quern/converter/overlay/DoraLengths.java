package dev.quern.converter.overlay;

import org.jspecify.annotations.Nullable;

/// A weight whose parts, one for each output, are stretched to the lengths that DoRA learned:
/// `magnitude / |w| * w`.
///
/// The length of a part is computed in double precision from all of it, when it is first needed.
final class DoraLengths implements Numbers {
  private static final int PART = 1 << 16;

  private final Numbers sum;
  private final Numbers magnitude;
  private final long rows;
  private final int columns;
  private final boolean transposed;
  private float @Nullable [] factors;

  /// @param sum base and product
  /// @param magnitude one number for each output
  /// @param transposed true if an output is a column, false if it is a row
  DoraLengths(Numbers sum, Numbers magnitude, long rows, int columns, boolean transposed) {
    this.sum = sum;
    this.magnitude = magnitude;
    this.rows = rows;
    this.columns = columns;
    this.transposed = transposed;
  }

  @Override
  public void read(long first, int count, float[] out) {
    float[] factor = factors();
    sum.read(first, count, out);
    for (int i = 0; i < count; i++) {
      out[i] *= factor[output(first + i)];
    }
  }

  private int output(long index) {
    return (int) (transposed ? index % columns : index / columns);
  }

  private synchronized float[] factors() {
    float[] known = factors;
    if (known != null) {
      return known;
    }
    int outputs = Math.toIntExact(transposed ? columns : rows);
    double[] squares = new double[outputs];
    float[] part = new float[PART];
    long elements = rows * columns;
    for (long at = 0; at < elements; at += PART) {
      int count = (int) Math.min(PART, elements - at);
      sum.read(at, count, part);
      for (int i = 0; i < count; i++) {
        squares[output(at + i)] += (double) part[i] * part[i];
      }
    }
    float[] computed = new float[outputs];
    magnitude.read(0, outputs, computed);
    for (int i = 0; i < outputs; i++) {
      computed[i] /= (float) Math.sqrt(squares[i]);
    }
    factors = computed;
    return computed;
  }
}
