package dev.quern.engine.kernel;

/// Products of a tile of weights of four bits with rounded activations, in integers of 16 bits.
///
/// 32 products of a number from -8 to 7 and one from -127 to 127 add up in 16 bits; their sum is
/// then multiplied with both scales and added in floats.
public final class NibbleProduct {
  private static final int HEIGHT = Lanes.LENGTH == 16 ? 8 : 4;

  /// Rows and elements that are exercised.
  private static final int ROWS = 16;

  private static final int DEPTH = 512;

  /// The loops, all of which a prompt may need.
  static final Twin TWIN =
      new Twin() {
        @Override
        int exercise() {
          NibbleTile w = new NibbleTile(ROWS, DEPTH);
          NibbleColumns x = new NibbleColumns();
          x.reserve(2 * NibbleColumns.WIDTH, DEPTH);
          int ldc = 2 * NibbleColumns.WIDTH;
          float[] c = new float[ROWS * ldc];
          lanes(w, ROWS, x, 0, 2, c, 0, ldc, DEPTH);
          lanes(w, ROWS, x, 0, 1, c, 0, ldc, DEPTH);
          return 3 * ROWS * NibbleColumns.WIDTH * DEPTH;
        }
      };

  private NibbleProduct() {}

  /// Adds `w · x` to `c`.
  ///
  /// @param rows rows of `w`, from its first; a multiple of 8
  /// @param from index of the group of columns in the values of `x`
  /// @param vectors vectors of the group, 1 or 2
  /// @param columns columns of the group that are wanted, from its first
  /// @param c sums: `rows` rows of `vectors` vectors, the first at `to`, `ldc` apart
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
      if (HEIGHT == 8) {
        if (vectors == 2) {
          Nibble8x2.add(w, row, x, from, c, co, ldc, depth);
        } else {
          Nibble8x1.add(w, row, x, from, c, co, ldc, depth);
        }
      } else if (vectors == 2) {
        Nibble4x2.add(w, row, x, from, c, co, ldc, depth);
      } else {
        Nibble4x1.add(w, row, x, from, c, co, ldc, depth);
      }
    }
  }
}
