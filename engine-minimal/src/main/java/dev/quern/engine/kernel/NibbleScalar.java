package dev.quern.engine.kernel;

import java.util.Arrays;

/// The scalar twin of the loops behind [NibbleProduct].
final class NibbleScalar {
  private static final int LENGTH = Lanes.LENGTH;

  /// What sums are multiplied with that lie in the upper half of an int.
  private static final float UPPER_HALF = 0x1p16f;

  private NibbleScalar() {}

  /// See [NibbleProduct#multiply].
  static void add(
      NibbleTile w,
      int rows,
      NibbleColumns x,
      int from,
      int vectors,
      int columns,
      float[] c,
      int to,
      int ldc,
      int depth) {
    for (int row = 0; row < rows; row++) {
      for (int b = 0; b < depth; b += 32) {
        for (int first = 0; first < columns; first += 2 * LENGTH) {
          int ints = from + b * vectors * LENGTH + first / 2;
          sum(w, row, b, x.values, ints, vectors * LENGTH, Math.min(columns - first, LENGTH));
          int scales = (from >> 4) + (b >> 4) * vectors * LENGTH + first;
          int present = Math.min(columns - first, 2 * LENGTH);
          scale(w, row, b, x, scales, present, c, to + row * ldc + first);
        }
      }
    }
  }

  /// Leaves the sums of 32 products, of the tokens in the lower halves and then of those in the
  /// upper ones, in the sums of `w`.
  private static void sum(NibbleTile w, int row, int b, int[] x, int from, int width, int lanes) {
    int[] sums = w.sums;
    Arrays.fill(sums, 0, 2 * LENGTH, 0);
    for (int k = 0, i = from; k < 32; k++, i += width) {
      int weight = w.weights[(b + k) * NibbleTile.ROWS + row] >> 16;
      for (int lane = 0; lane < lanes; lane++) {
        int pair = x[i + lane];
        sums[lane] += weight * (short) pair;
        sums[LENGTH + lane] += weight * (pair >> 16);
      }
    }
  }

  private static void scale(
      NibbleTile w, int row, int b, NibbleColumns x, int at, int present, float[] c, int to) {
    float f = w.scales[(b >> 5) * NibbleTile.ROWS + row];
    if (w.form != NibbleForm.PLAIN) {
      float g = w.offsets[(b >> 5) * NibbleTile.ROWS + row];
      for (int i = 0; i < present; i++) {
        c[to + i] = Math.fma(g, x.sums[at + i], c[to + i]);
      }
    }
    for (int i = 0; i < present; i++) {
      c[to + i] = Math.fma(w.sums[i] * UPPER_HALF, f * x.scales[at + i], c[to + i]);
    }
  }

  /// See [NibbleColumns#place].
  static void place(
      NibbleColumns columns,
      float[] x,
      int at,
      int stride,
      int present,
      int to,
      int toScales,
      int width,
      int[] scratch) {
    for (int token = 0; token < 2 * LENGTH; token++) {
      // those in the lower halves come first
      int from = to + token % LENGTH;
      int shift = token / LENGTH * 16;
      int kept = token < LENGTH ? 0 : 0xffff;
      float d = 0;
      if (token < present) {
        d = Rounding32.round(x, at + token * stride, scratch);
      } else {
        Arrays.fill(scratch, 0, 32, 0);
      }
      int sum = 0;
      for (int k = 0; k < 32; k++) {
        sum += scratch[k];
        int place = from + k * width;
        columns.values[place] = (columns.values[place] & kept) | (scratch[k] & 0xffff) << shift;
      }
      columns.scales[toScales + token] = d * NibbleColumns.IN_UPPER_HALF;
      columns.sums[toScales + token] = d * sum;
    }
  }
}
