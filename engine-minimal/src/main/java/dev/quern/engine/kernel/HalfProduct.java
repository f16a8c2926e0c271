package dev.quern.engine.kernel;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Products of rows of 16-bit floats with a vector of floats.
final class HalfProduct extends RowTwin implements RowProduct {
  private static final int LENGTH = Lanes.LENGTH;

  private final RowProduct lanes;
  private final Format format;

  /// What halves stand for.
  interface Format {
    /// What goes to the vector, and again to the sum.
    float factor();

    /// Writes the values of the first `n` halves to `out`, over the square of the factor.
    void widen(short[] halves, float[] out, int n);

    /// The value of a half.
    float value(short half);
  }

  HalfProduct(RowProduct lanes, Format format) {
    this.lanes = lanes;
    this.format = format;
  }

  @Override
  public void multiply(
      MemorySegment w, long at, int rows, float[] x, int from, int n, float[] y, int to) {
    if (compiled()) {
      lanes.multiply(w, at, rows, x, from, n, y, to);
    } else {
      scalar(w, at, rows, x, from, n, y, to);
    }
  }

  /// Adds what falls on a lane in its turn, then the lanes pairwise, as the loops with lanes do.
  void scalar(MemorySegment w, long at, int rows, float[] x, int from, int n, float[] y, int to) {
    int whole = n / LENGTH * LENGTH;
    float[] scaled = Arrays.copyOfRange(x, from, from + whole);
    FloatLoops.scale(scaled, 0, format.factor(), whole);
    short[] halves = new short[n];
    float[] weights = new float[whole];
    float[] sums = new float[LENGTH];
    for (int r = 0; r < rows; r++) {
      MemorySegment.copy(w, Le.SHORT, at + 2L * n * r, halves, 0, n);
      format.widen(halves, weights, whole);
      Arrays.fill(sums, 0);
      for (int i = 0; i < whole; i += LENGTH) {
        add(scaled, weights, i, sums);
      }
      float sum = pairwise(sums) * format.factor();
      for (int i = whole; i < n; i++) {
        sum = Math.fma(format.value(halves[i]), x[from + i], sum);
      }
      y[to + r] = sum;
    }
  }

  @Override
  void exercise(MemorySegment segment, int rows, int columns) {
    lanes.multiply(segment, 0, rows, new float[columns], 0, columns, new float[rows], 0);
  }
}
