package dev.quern.engine.kernel;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Products of rows of BF16 with a vector that is rounded to BF16 as well, which is how llama.cpp
/// multiplies them (`ggml_vec_dot_bf16`); sums are floats.
///
/// A vector of half the bytes leaves the first cache to the weights that stream through it.
public final class BF16Product extends RowTwin {
  private static final int PAIRS = 2 * Lanes.LENGTH; // halves that are read at once

  /// Writes the products of `rows` rows to `y` from index `to`.
  ///
  /// @param w stored weights, the first row at byte `at`, rows one after another
  /// @param x the vector as [#round] writes it, its first `n` elements
  public void multiply(MemorySegment w, long at, int rows, short[] x, int n, float[] y, int to) {
    if (compiled()) {
      BF16Pairs.multiply(w, at, rows, x, n, y, to);
    } else {
      scalar(w, at, rows, x, n, y, to);
    }
  }

  /// Rounds `n` floats from index `from` to the nearest BF16, of two equally near ones to the even
  /// one; NaN stays NaN.
  public static void round(float[] x, int from, int n, short[] halves) {
    for (int i = 0; i < n; i++) {
      int bits = Float.floatToIntBits(x[from + i]);
      halves[i] = (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
    }
  }

  /// Adds what falls on a lane in its turn, even and odd places apart, then the lanes pairwise, as
  /// the loops with lanes do.
  private static void scalar(
      MemorySegment w, long at, int rows, short[] x, int n, float[] y, int to) {
    int whole = n / PAIRS * PAIRS;
    short[] halves = new short[n];
    float[] vector = new float[n];
    float[] weights = new float[n];
    float[] sums = new float[PAIRS];
    place(x, whole, n, vector);
    for (int r = 0; r < rows; r++) {
      MemorySegment.copy(w, Le.SHORT, at + 2L * n * r, halves, 0, n);
      place(halves, whole, n, weights);
      Arrays.fill(sums, 0);
      for (int i = 0; i < whole; i += PAIRS) {
        for (int lane = 0; lane < PAIRS; lane++) {
          sums[lane] = Math.fma(vector[i + lane], weights[i + lane], sums[lane]);
        }
      }
      float sum = pairwise(sums);
      for (int i = whole; i < n; i++) {
        sum = Math.fma(vector[i], weights[i], sum);
      }
      y[to + r] = sum;
    }
  }

  /// The values of halves, of each two vectors those at even places first; the rest as they lie.
  private static void place(short[] halves, int whole, int n, float[] out) {
    for (int i = 0; i < whole; i += PAIRS) {
      for (int lane = 0; lane < PAIRS / 2; lane++) {
        out[i + lane] = Float.intBitsToFloat(halves[i + 2 * lane] << 16);
        out[i + PAIRS / 2 + lane] = Float.intBitsToFloat(halves[i + 2 * lane + 1] << 16);
      }
    }
    BF16Decoder.scalar(halves, whole, out, 0, n);
  }

  @Override
  void exercise(MemorySegment segment, int rows, int columns) {
    BF16Pairs.multiply(segment, 0, rows, new short[columns], columns, new float[rows], 0);
  }
}
