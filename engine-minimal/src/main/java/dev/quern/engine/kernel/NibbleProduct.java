package dev.quern.engine.kernel;

import java.util.Arrays;

/// Products of a tile of weights of four or five bits with rounded activations, in integers of 16
/// bits.
///
/// 32 products of a number from -8 to 7 and one from -127 to 127 add up in 16 bits, and 16 of one
/// from -16 to 15; sums are then multiplied with both scales and added in floats.
public final class NibbleProduct {
  /// Rows that are multiplied at once.
  static final int HEIGHT = Lanes.LENGTH == 16 ? 8 : 4;

  /// Elements whose sums are kept before they are scaled.
  static final int SPAN = 256;

  private static final int DEPTH = 512; // that is exercised

  /// The loops, all of which a prompt may need.
  static final Twin TWIN =
      new Twin() {
        @Override
        int exercise() {
          NibbleTile w = new NibbleTile(DEPTH);
          NibbleColumns x = new NibbleColumns();
          x.reserve(2 * NibbleColumns.WIDTH, DEPTH);
          // zeros and others, as in [RoundedVector]
          float[] tokens = new float[NibbleColumns.WIDTH * 32];
          Arrays.fill(tokens, tokens.length / 2, tokens.length, 1);
          int[] scratch = new int[NibbleColumns.SCRATCH];
          for (int k = 0; k < DEPTH; k += 32) {
            NibbleRounding.place(x, tokens, 0, 32, NibbleColumns.WIDTH, 0, 0, 32, scratch);
          }
          int ldc = 2 * NibbleColumns.WIDTH;
          float[] c = new float[NibbleTile.ROWS * ldc];
          for (NibbleForm form : NibbleForm.values()) {
            w.form = form;
            lanes(w, NibbleTile.ROWS, x, 0, 2, c, 0, ldc, DEPTH);
            lanes(w, NibbleTile.ROWS, x, 0, 1, c, 0, ldc, DEPTH);
          }
          return 9 * NibbleTile.ROWS * NibbleColumns.WIDTH * DEPTH;
        }
      };

  private NibbleProduct() {}

  /// Adds `w · x` to `c`.
  ///
  /// @param rows rows of `w` that are wanted, from its first: `c` has a multiple of 8
  /// @param from index of the group of columns in the values of `x`
  /// @param vectors vectors of the group, 1 or 2
  /// @param columns columns of the group that are wanted, from its first
  /// @param c sums: the rows of `vectors` vectors, the first at `to`, `ldc` apart
  /// @param depth elements, a multiple of 32
  public static void multiply(
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
    if (TWIN.compiled()) {
      lanes(w, rows, x, from, vectors, c, to, ldc, depth);
    } else {
      NibbleScalar.add(w, rows, x, from, vectors, columns, c, to, ldc, depth);
    }
  }

  /// All columns with lanes.
  static void lanes(
      NibbleTile w,
      int rows,
      NibbleColumns x,
      int from,
      int vectors,
      float[] c,
      int to,
      int ldc,
      int depth) {
    for (int row = 0; row < rows; row += HEIGHT) {
      int co = to + row * ldc;
      for (int k = 0; k < depth; k += SPAN) {
        int span = Math.min(SPAN, depth - k);
        if (vectors == 2) {
          if (HEIGHT == 8) {
            Nibble8x2.sum(w, row, x, from, k, span);
          } else {
            Nibble4x2.sum(w, row, x, from, k, span);
          }
          add2(w, row, x, from, k, span, c, co, ldc);
        } else {
          if (HEIGHT == 8) {
            Nibble8x1.sum(w, row, x, from, k, span);
          } else {
            Nibble4x1.sum(w, row, x, from, k, span);
          }
          add1(w, row, x, from, k, span, c, co, ldc);
        }
      }
    }
  }

  /// Adds the sums of one vector to `c`.
  private static void add1(
      NibbleTile w,
      int row,
      NibbleColumns x,
      int from,
      int k,
      int span,
      float[] c,
      int to,
      int ldc) {
    int scales = (from >> 4) + (k >> 4) * Lanes.LENGTH;
    switch (w.form) {
      case PLAIN -> NibbleScales.add1(w, row, x, scales, k >> 5, span >> 5, c, to, ldc);
      case OFFSET -> NibbleOffsets.add1(w, row, x, scales, k >> 5, span >> 5, c, to, ldc);
      case FIVE_BITS -> NibbleHalves.add1(w, row, x, scales, k >> 5, span >> 5, c, to, ldc);
    }
  }

  /// The same with two.
  private static void add2(
      NibbleTile w,
      int row,
      NibbleColumns x,
      int from,
      int k,
      int span,
      float[] c,
      int to,
      int ldc) {
    int scales = (from >> 4) + (k >> 4) * 2 * Lanes.LENGTH;
    switch (w.form) {
      case PLAIN -> NibbleScales.add2(w, row, x, scales, k >> 5, span >> 5, c, to, ldc);
      case OFFSET -> NibbleOffsets.add2(w, row, x, scales, k >> 5, span >> 5, c, to, ldc);
      case FIVE_BITS -> NibbleHalves.add2(w, row, x, scales, k >> 5, span >> 5, c, to, ldc);
    }
  }
}
