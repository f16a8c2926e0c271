package dev.quern.quantizers.type;

/// Looks for the scale of 32 weights whose levels are the values of [UnevenTable], one weight at a
/// time: the one that maps the farthest weight to the lowest value, and fifteen around it.
final class UnevenSearch {
  static final int SIZE = 32;

  /// The scales that are tried map the farthest weight to the lowest value plus up to this.
  static final int STEPS = 7;

  private final float[] weights = new float[SIZE];

  private float sumXq;
  private float sumQ2;

  /// The scale of the weights from `x[at]`; zero if they are.
  float scale(float[] x, int at, float[] given) {
    return scale(x, at, given, 0);
  }

  /// As above, with weights from `given[from]`.
  float scale(float[] x, int at, float[] given, int from) {
    System.arraycopy(given, from, weights, 0, SIZE);
    float farthest = farthest(x, at);
    if (Math.abs(farthest) < SymmetricSearch.TINY) {
      return 0;
    }
    measure(x, at, 1 / (-farthest / UnevenTable.FLOATS[0]));
    float scale = sumQ2 > 0 ? sumXq / sumQ2 : 0;
    float best = scale * sumXq;
    for (int step = -STEPS; step <= STEPS; step++) {
      measure(x, at, (step + UnevenTable.FLOATS[0]) / farthest);
      if (sumQ2 > 0 && sumXq * sumXq > best * sumQ2) {
        scale = sumXq / sumQ2;
        best = scale * sumXq;
      }
    }
    return scale;
  }

  /// Writes the levels of the weights from `x[at]` as nibbles.
  static void putLevels(float[] x, int at, float inverse, byte[] out, int to) {
    for (int i = 0; i < 16; i++) {
      int low = UnevenTable.nearest(inverse * x[at + i]);
      int high = UnevenTable.nearest(inverse * x[at + 16 + i]);
      out[to + i] = (byte) (low | high << 4);
    }
  }

  private void measure(float[] x, int at, float inverse) {
    sumXq = 0;
    sumQ2 = 0;
    for (int i = 0; i < SIZE; i++) {
      float q = UnevenTable.FLOATS[UnevenTable.nearest(inverse * x[at + i])];
      float wq = weights[i] * q;
      sumXq += wq * x[at + i];
      sumQ2 += wq * q;
    }
  }

  private static float farthest(float[] x, int at) {
    float peak = 0;
    float farthest = 0;
    for (int i = at; i < at + SIZE; i++) {
      if (Math.abs(x[i]) > peak) {
        peak = Math.abs(x[i]);
        farthest = x[i];
      }
    }
    return farthest;
  }
}
