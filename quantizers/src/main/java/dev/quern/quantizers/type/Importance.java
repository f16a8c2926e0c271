package dev.quern.quantizers.type;

/// What an importance matrix says of the weights of a row. The array is borrowed.
final class Importance {
  private final float[] values;
  private final int from;
  private final float meanSquare;

  /// @param values how much each column counts
  /// @param from where those of the weights in question start
  /// @param meanSquare of all weights of the row
  Importance(float[] values, int from, float meanSquare) {
    this.values = values;
    this.from = from;
    this.meanSquare = meanSquare;
  }

  /// That of the weights `n` later.
  Importance later(int n) {
    return new Importance(values, from + n, meanSquare);
  }

  float[] values() {
    return values;
  }

  int from() {
    return from;
  }

  float meanSquare() {
    return meanSquare;
  }
}
