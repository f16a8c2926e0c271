package dev.quern.engine.kernel;

/// Products of a tile of weights, the rows of a column side by side, with columns in lanes.
///
/// With weights side by side, all that a step of the depth needs of them is in one or two lines of
/// the cache, and taller shapes pay than in [Tile]. Sums are made as there.
public final class Block {
  /// Rows that are multiplied at once; those of a tile are a multiple.
  public static final int HEIGHT = Lanes.LENGTH == 16 ? 12 : 6;

  private static final int DEPTH = 512; // that is exercised

  /// The loops, all of which a prompt may need.
  static final Twin TWIN =
      new Twin() {
        @Override
        int exercise() {
          float[] w = new float[HEIGHT * DEPTH];
          float[] x = new float[2 * Lanes.LENGTH * DEPTH];
          float[] c = new float[2 * Lanes.LENGTH * HEIGHT];
          lanes(w, 0, HEIGHT, HEIGHT, x, 0, 2, c, 0, 2 * Lanes.LENGTH, DEPTH);
          lanes(w, 0, HEIGHT, HEIGHT, x, 0, 1, c, 0, 2 * Lanes.LENGTH, DEPTH);
          return 3 * HEIGHT * Lanes.LENGTH * DEPTH;
        }
      };

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
  /// @param columns columns of the group that are wanted, from its first
  /// @param c sums: `rows` rows of `vectors` vectors, the first at `to`, `ldc` apart
  public static void multiply(
      float[] w,
      int at,
      int ldw,
      int rows,
      float[] x,
      int from,
      int vectors,
      int columns,
      float[] c,
      int to,
      int ldc,
      int depth) {
    if (TWIN.compiled()) {
      lanes(w, at, ldw, rows, x, from, vectors, c, to, ldc, depth);
    } else {
      int width = vectors * Lanes.LENGTH;
      BlockScalar.add(w, at, 1, ldw, rows, x, from, width, columns, c, to, ldc, depth);
    }
  }

  /// All columns with lanes.
  static void lanes(
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
