package dev.quern.engine.kernel;

/// Products of small matrices: rows of weights by columns in lanes.
///
/// A group of columns lies with its rows (the depth of the product) one after another, so that one
/// element of a weight row meets whole vectors. Every element of the result is the sum over the
/// depth in rising order, fused, whatever rows and columns are beside it.
///
/// The loops are unrolled by hand, a sum to a line, because sums in an array would not stay in
/// registers; and they take twelve numbers because a carrier of them would be read in every call.
public final class Tile {
  /// Vectors in the widest group of columns.
  public static final int WIDEST = Lanes.LENGTH == 8 ? 2 : 4;

  /// Columns in the widest group.
  public static final int COLUMNS = WIDEST * Lanes.LENGTH;

  private static final int EXERCISED = 256; // the depth

  /// The loops, all of which a prompt may need.
  static final Twin TWIN =
      new Twin() {
        @Override
        int exercise() {
          float[] w = new float[7 * EXERCISED];
          float[] x = new float[COLUMNS * EXERCISED];
          float[] c = new float[7 * COLUMNS];
          int done = 0;
          for (int vectors = 1; vectors <= WIDEST; vectors *= 2) {
            lanes(w, 0, EXERCISED, 7, x, 0, COLUMNS, vectors, c, 0, COLUMNS, EXERCISED);
            done += 7 * vectors * Lanes.LENGTH * EXERCISED;
          }
          return done;
        }
      };

  private Tile() {}

  /// Vectors in the group of columns that starts when `left` vectors are left: the widest there is.
  public static int group(int left) {
    if (left >= WIDEST) {
      return WIDEST;
    }
    return left >= 2 ? 2 : 1;
  }

  /// Adds `w · x` to `c`.
  ///
  /// @param w weights: `rows` rows of `depth`, the first at `at`, `ldw` apart
  /// @param x columns: `depth` rows of `vectors` vectors, the first at `from`, `ldx` apart
  /// @param c sums: `rows` rows of `vectors` vectors, the first at `to`, `ldc` apart
  /// @param vectors 1, 2 or [#WIDEST]
  public static void multiply(
      float[] w,
      int at,
      int ldw,
      int rows,
      float[] x,
      int from,
      int ldx,
      int vectors,
      float[] c,
      int to,
      int ldc,
      int depth) {
    if (TWIN.compiled()) {
      lanes(w, at, ldw, rows, x, from, ldx, vectors, c, to, ldc, depth);
    } else {
      int columns = vectors * Lanes.LENGTH;
      BlockScalar.add(w, at, ldw, 1, rows, x, from, ldx, columns, c, to, ldc, depth);
    }
  }

  /// The same with lanes.
  static void lanes(
      float[] w,
      int at,
      int ldw,
      int rows,
      float[] x,
      int from,
      int ldx,
      int vectors,
      float[] c,
      int to,
      int ldc,
      int depth) {
    int row = 0;
    for (; row <= rows - 6; row += 6) {
      int wo = at + row * ldw;
      int co = to + row * ldc;
      switch (vectors) {
        case 4 -> Tile6x4.add(w, wo, ldw, x, from, ldx, c, co, ldc, depth);
        case 2 -> Tile6x2.add(w, wo, ldw, x, from, ldx, c, co, ldc, depth);
        default -> Tile6x1.add(w, wo, ldw, x, from, ldx, c, co, ldc, depth);
      }
    }
    for (; row < rows; row++) {
      int wo = at + row * ldw;
      int co = to + row * ldc;
      switch (vectors) {
        case 4 -> Tile1x4.add(w, wo, ldw, x, from, ldx, c, co, ldc, depth);
        case 2 -> Tile1x2.add(w, wo, ldw, x, from, ldx, c, co, ldc, depth);
        default -> Tile1x1.add(w, wo, ldw, x, from, ldx, c, co, ldc, depth);
      }
    }
  }
}
