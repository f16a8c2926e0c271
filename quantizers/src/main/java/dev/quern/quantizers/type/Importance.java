package dev.quern.quantizers.type;

/// What an importance matrix says of weights of a row. The arrays are borrowed.
final class Importance {
  private final Row row;
  private final int from;

  private Importance(Row row, int from) {
    this.row = row;
    this.from = from;
  }

  /// A row of weights and what is said of it.
  static final class Row {
    private final float[] values;
    private final int from;
    private final float[] x;
    private final int at;
    private final int n;

    /// NaN as long as nobody has asked for it.
    private float meanSquare = Float.NaN;

    /// @param values how much each column counts, from index `from`
    /// @param x the weights of the row: `n` from index `at`
    Row(float[] values, int from, float[] x, int at, int n) {
      this.values = values;
      this.from = from;
      this.x = x;
      this.at = at;
      this.n = n;
    }

    /// What is said of the weights from column `column`.
    Importance from(int column) {
      return new Importance(this, from + column);
    }

    private float meanSquare() {
      if (Float.isNaN(meanSquare)) {
        meanSquare = Weighing.meanSquare(x, at, n);
      }
      return meanSquare;
    }
  }

  /// That of the weights `n` later.
  Importance later(int n) {
    return new Importance(row, from + n);
  }

  /// How much each column counts.
  float[] values() {
    return row.values;
  }

  /// Where those of the weights in question start.
  int from() {
    return from;
  }

  /// The mean square of all weights of the row. Few types need it.
  float meanSquare() {
    return row.meanSquare();
  }
}
