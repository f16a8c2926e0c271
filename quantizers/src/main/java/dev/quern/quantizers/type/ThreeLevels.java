package dev.quern.quantizers.type;

/// What IQ1_S and IQ1_M share: three levels, -1, 0 and 1, all moved up or down by an eighth, and a
/// grid of eight of them.
final class ThreeLevels {
  /// The levels moved up.
  static final float[] UP = {-1 + IQ1_S.OFFSET, IQ1_S.OFFSET, 1 + IQ1_S.OFFSET};

  /// The levels moved down.
  static final float[] DOWN = {-1 - IQ1_S.OFFSET, -IQ1_S.OFFSET, 1 - IQ1_S.OFFSET};

  private final Neighbours near = Neighbours.OfIq1.INSTANCE;

  private boolean moved;

  /// Puts the numbers of the `n` weights from `x[at]` into `order`, the least weight first, equal
  /// ones as they stand.
  static void sort(float[] x, int at, int n, int[] order) {
    for (int i = 0; i < n; i++) {
      int j = i;
      while (j > 0 && x[at + order[j - 1]] > x[at + i]) {
        order[j] = order[j - 1];
        j--;
      }
      order[j] = i;
    }
  }

  static float peak(float[] x, int at, int n) {
    float peak = Math.abs(x[at]);
    for (int i = at + 1; i < at + n; i++) {
      peak = peak > Math.abs(x[i]) ? peak : Math.abs(x[i]);
    }
    return peak;
  }

  /// The point with the eight levels from `levels[first]`, or the neighbour with the least error.
  int point(
      int[] levels, int first, float[] x, int at, float[] weights, float scale, float[] values) {
    int code = 0;
    for (int i = 0; i < 8; i++) {
      code |= levels[first + i] << (2 * i);
    }
    int found = near.find(code);
    moved = found < 0;
    if (!moved) {
      return found;
    }
    int start = -1 - found;
    int end = near.end(start);
    float best = Float.MAX_VALUE;
    int nearest = near.point(start);
    for (int j = start; j < end; j++) {
      float sum = 0;
      for (int i = 0; i < 8; i++) {
        float difference = scale * value(near.point(j), i, values) - x[at + first + i];
        sum += weights[first + i] * difference * difference;
      }
      if (sum < best) {
        best = sum;
        nearest = near.point(j);
      }
    }
    return nearest;
  }

  /// True if the last point was not where the levels were.
  boolean moved() {
    return moved;
  }

  float value(int point, int i, float[] values) {
    return values[near.grid.levels[8 * point + i]];
  }
}
