package dev.quern.verifier;

import java.util.Arrays;

/// Quantiles of any number of values in bounded memory: exact for the first million, and within a
/// thousandth of a value whose rank is at most one off beyond.
///
/// Then values are counted in cells whose ends differ by .2 %, of both signs, from 1e-12 to 1e6;
/// what is smaller counts as zero, what is larger as 1e6 unless it is infinite or not a number.
final class BoundedQuantiles {
  private static final int EXACT = 1 << 20;
  private static final double SMALLEST = 1e-12;
  private static final double STEP = Math.log1p(0.002);
  private static final int CELLS = (int) Math.ceil(Math.log(1e18) / STEP) + 1;

  private final int exact;
  private float[] values = new float[1024];
  private int filled;
  private long count;
  private double least = Double.POSITIVE_INFINITY;
  private double most = Double.NEGATIVE_INFINITY;
  private long nonFinite;
  private long[] cells = {};

  BoundedQuantiles() {
    this(EXACT);
  }

  /// Quantiles that are exact for so many values.
  BoundedQuantiles(int exact) {
    this.exact = exact;
  }

  void add(double value) {
    count++;
    if (Double.isFinite(value)) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    } else {
      nonFinite++;
    }
    if (cells.length > 0) {
      addToCell(value);
      return;
    }
    if (filled == exact) {
      cells = new long[2 * CELLS + 1];
      for (int i = 0; i < filled; i++) {
        addToCell(values[i]);
      }
      values = new float[0];
      addToCell(value);
      return;
    }
    if (filled == values.length) {
      values = Arrays.copyOf(values, Math.min(exact, 2 * values.length));
    }
    values[filled++] = (float) value;
  }

  private void addToCell(double value) {
    if (Double.isFinite(value)) {
      cells[CELLS + (value < 0 ? -cell(-value) : cell(value))]++;
    }
  }

  private static int cell(double size) {
    return size < SMALLEST ? 0 : Math.min(CELLS, 1 + (int) (Math.log(size / SMALLEST) / STEP));
  }

  /// The values at `fractions` of the way from the smallest to the largest, 0 to 1; what is not
  /// finite counts as the largest.
  double[] at(double... fractions) {
    if (cells.length == 0) {
      Quantiles sorted = new Quantiles(Arrays.copyOf(values, filled));
      return Arrays.stream(fractions).map(sorted::at).toArray();
    }
    return Arrays.stream(fractions).map(this::near).toArray();
  }

  private double near(double fraction) {
    double place = fraction * (count - 1);
    if (place > count - nonFinite - 1) {
      return Double.NaN;
    }
    long before = 0;
    for (int i = 0; i < cells.length; i++) {
      before += cells[i];
      if (before > place) {
        return Math.clamp(middle(i - CELLS), least, most);
      }
    }
    return most;
  }

  private static double middle(int cell) {
    double size = SMALLEST * Math.exp((Math.abs(cell) - 0.5) * STEP);
    return cell == 0 ? 0 : Math.copySign(size, cell);
  }
}
