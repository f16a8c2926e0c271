package dev.quern.formats.imatrix;

/// How the inputs of a tensor differ from those of the same tensor in a block before: sums from
/// which a block's own figures are made too.
///
/// @param elements columns that both have
/// @param dot sum of the products
/// @param squares sum of the squares
/// @param squaresBefore sum of the squares in the block before
/// @param distance sum of the squares of the differences
/// @param covariance sum of the products of the deviations from the means
/// @param variance sum of the squares of the deviations
/// @param varianceBefore the same in the block before
record BlockComparison(
    long elements,
    double dot,
    double squares,
    double squaresBefore,
    double distance,
    double covariance,
    double variance,
    double varianceBefore) {

  static final BlockComparison NOTHING = new BlockComparison(0, 0, 0, 0, 0, 0, 0, 0);

  /// Compares mean inputs, or mean squares if one side has nothing else.
  static BlockComparison of(ImportanceEntry entry, ImportanceEntry before) {
    boolean activations = entry.hasActivations() && before.hasActivations();
    float[] x = averages(entry, activations);
    float[] y = averages(before, activations);
    return x.length == 0 || x.length != y.length ? NOTHING : of(x, y);
  }

  private static BlockComparison of(float[] x, float[] y) {
    double sumX = 0;
    double sumY = 0;
    long n = 0;
    for (int i = 0; i < x.length; i++) {
      if (Float.isFinite(x[i]) && Float.isFinite(y[i])) {
        sumX += x[i];
        sumY += y[i];
        n++;
      }
    }
    return n == 0 ? NOTHING : around(x, y, sumX / n, sumY / n, n);
  }

  private static BlockComparison around(float[] x, float[] y, double meanX, double meanY, long n) {
    double dot = 0;
    double squares = 0;
    double squaresBefore = 0;
    double distance = 0;
    double covariance = 0;
    double variance = 0;
    double varianceBefore = 0;
    for (int i = 0; i < x.length; i++) {
      double a = x[i];
      double b = y[i];
      if (!Double.isFinite(a) || !Double.isFinite(b)) {
        continue;
      }
      dot += a * b;
      squares += a * a;
      squaresBefore += b * b;
      distance += (a - b) * (a - b);
      covariance += (a - meanX) * (b - meanY);
      variance += (a - meanX) * (a - meanX);
      varianceBefore += (b - meanY) * (b - meanY);
    }
    return new BlockComparison(
        n, dot, squares, squaresBefore, distance, covariance, variance, varianceBefore);
  }

  /// Means over the inputs of each matrix, NaN where it had none; nothing if none had any.
  private static float[] averages(ImportanceEntry entry, boolean activations) {
    float[] values = new float[entry.size()];
    if (activations) {
      entry.activations(0, values.length, values);
    } else {
      entry.sums(0, values.length, values);
    }
    int columns = entry.columns();
    boolean any = false;
    for (int matrix = 0; matrix < entry.matrices(); matrix++) {
      float count = entry.count(matrix);
      any |= count > 0;
      float scale = count > 0 ? 1 / count : Float.NaN;
      for (int i = matrix * columns; i < (matrix + 1) * columns; i++) {
        values[i] *= scale;
      }
    }
    return any ? values : new float[0];
  }

  /// True if there was nothing to compare.
  boolean isNothing() {
    return squares == 0 && squaresBefore == 0 && distance == 0;
  }

  /// The cosine of the angle between both.
  float cosine() {
    if (squares > 0 && squaresBefore > 0) {
      return clamp(dot / (Math.sqrt(squares) * Math.sqrt(squaresBefore)));
    }
    return squares == 0 && squaresBefore == 0 ? Float.NaN : 0;
  }

  /// Pearson's correlation of both.
  float correlation() {
    if (variance > 0 && varianceBefore > 0) {
      return clamp(covariance / (Math.sqrt(variance) * Math.sqrt(varianceBefore)));
    }
    return variance == 0 && varianceBefore == 0 ? Float.NaN : 0;
  }

  private static float clamp(double value) {
    return Math.clamp((float) value, -1f, 1f);
  }

  /// Both together.
  BlockComparison plus(BlockComparison other) {
    return new BlockComparison(
        elements + other.elements,
        dot + other.dot,
        squares + other.squares,
        squaresBefore + other.squaresBefore,
        distance + other.distance,
        covariance + other.covariance,
        variance + other.variance,
        varianceBefore + other.varianceBefore);
  }
}
