package dev.quern.engine.kernel;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Products of rows of 16-bit floats, which are read in pairs, with a vector that is rounded to
/// BF16; sums are floats. llama.cpp multiplies BF16 so too (`ggml_vec_dot_bf16`), and F16 with F16.
///
/// A vector of half the bytes leaves the first cache to the weights that stream through it.
public final class PairProduct extends RowTwin {
  private static final int PAIRS = 2 * Lanes.LENGTH; // halves that are read at once

  private final Loops loops;
  private final HalfProduct.Format format;

  /// The loops with lanes for one type.
  @FunctionalInterface
  interface Loops {
    /// Writes the products of rows that are `stride` bytes apart to `y` from index `to`.
    ///
    /// @param x as [#round] writes it
    /// @param n halves of each row, a whole number of pairs of vectors
    void multiply(
        MemorySegment w, long at, long stride, int rows, short[] x, int n, float[] y, int to);
  }

  PairProduct(Loops loops, HalfProduct.Format format) {
    this.loops = loops;
    this.format = format;
  }

  /// Writes the products of `rows` rows to `y` from index `to`.
  ///
  /// @param w stored weights, the first row at byte `at`, rows one after another
  /// @param x the vector as [#round] of this product writes it, its first `n` elements
  public void multiply(MemorySegment w, long at, int rows, short[] x, int n, float[] y, int to) {
    int whole = n / PAIRS * PAIRS;
    if (compiled()) {
      loops.multiply(w, at, 2L * n, rows, x, whole, y, to);
    } else {
      scalar(w, at, 2L * n, rows, x, whole, y, to);
    }
    for (int i = whole; i < n; i++) {
      float factor = Float.intBitsToFloat(x[i] << 16) / format.factor();
      for (int r = 0; r < rows; r++) {
        float weight = format.value(w.get(Le.SHORT, at + 2L * n * r + 2L * i));
        y[to + r] = Math.fma(factor, weight, y[to + r]);
      }
    }
  }

  /// Rounds `n` floats from index `from`, times the factor of the format, to the nearest BF16, of
  /// two equally near ones to the even one; NaN stays NaN.
  public void round(float[] x, int from, int n, short[] halves) {
    float factor = format.factor();
    for (int i = 0; i < n; i++) {
      int bits = Float.floatToIntBits(x[from + i] * factor);
      halves[i] = (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
    }
  }

  /// Adds what falls on a lane in its turn, then even and odd places, then the lanes pairwise, as
  /// the loops with lanes do.
  private void scalar(
      MemorySegment w, long at, long stride, int rows, short[] x, int n, float[] y, int to) {
    short[] halves = new short[n];
    float[] vector = new float[n];
    float[] weights = new float[n];
    float[] sums = new float[PAIRS];
    float[] lanes = new float[PAIRS / 2];
    BF16Decoder.scalar(x, 0, vector, 0, n);
    for (int r = 0; r < rows; r++) {
      MemorySegment.copy(w, Le.SHORT, at + stride * r, halves, 0, n);
      format.widen(halves, weights, n);
      Arrays.fill(sums, 0);
      for (int i = 0; i < n; i += PAIRS) {
        add(vector, weights, i, sums);
      }
      for (int lane = 0; lane < lanes.length; lane++) {
        lanes[lane] = sums[2 * lane] + sums[2 * lane + 1];
      }
      y[to + r] = pairwise(lanes) * format.factor();
    }
  }

  @Override
  void exercise(MemorySegment segment, int rows, int columns) {
    int whole = columns / PAIRS * PAIRS;
    loops.multiply(segment, 0, 2L * columns, rows, new short[columns], whole, new float[rows], 0);
  }
}
