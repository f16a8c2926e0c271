package dev.quern.engine.kernel;

/// Products of a tile of weights, the rows of a column side by side, with columns in lanes.
///
/// With weights side by side, all that a step of the depth needs of them is in one or two lines of
/// the cache, and taller shapes pay than in [Tile]. Sums are made as there.
public final class Block {
  /// Rows that are multiplied at once; those of a tile are a multiple.
  public static final int HEIGHT = Lanes.LENGTH == 16 ? 12 : 6;

  private Block() {}

  /// Vectors in the group of columns that starts when `left` vectors are left.
  public static int group(int left) {
    return Math.min(left, 2);
  }

  /// Adds `w · x` to `c`.
  ///
  /// @param w weights: `depth` columns of at least `rows` rows, the first at `at`, `ldw` apart
  /// @param rows a multiple of [#HEIGHT]
  /// @param x columns: `depth` rows of `vectors` vectors, the first at `from`
  /// @param vectors 1 or 2
  /// @param c sums: `rows` rows of `vectors` vectors, the first at `to`, `ldc` apart
  public static void multiply(
      float[] w,
      int at,
      int ldw,
      int rows,
      float[] x,
      int from,
      int vectors,
      float[] c,
      int to,
      int ldc,
      int depth) {
    for (int row = 0; row < rows; row += HEIGHT) {
      int co = to + row * ldc;
      if (HEIGHT == 12) {
        if (vectors == 2) {
          Block12x2.add(w, at + row, ldw, x, from, c, co, ldc, depth);
        } else {
          Block12x1.add(w, at + row, ldw, x, from, c, co, ldc, depth);
        }
      } else if (vectors == 2) {
        Block6x2.add(w, at + row, ldw, x, from, c, co, ldc, depth);
      } else {
        Block6x1.add(w, at + row, ldw, x, from, c, co, ldc, depth);
      }
    }
  }
}
