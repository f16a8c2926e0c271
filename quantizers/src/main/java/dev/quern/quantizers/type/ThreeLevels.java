package dev.quern.quantizers.type;

/// What IQ1_S and IQ1_M share: three levels, -1, 0 and 1, all moved up or down by an eighth, and a
/// grid of eight of them.
final class ThreeLevels {
  /// The levels moved up.
  static final float[] UP = {-1 + IQ1_S.OFFSET, IQ1_S.OFFSET, 1 + IQ1_S.OFFSET};

  /// The levels moved down.
  static final float[] DOWN = {-1 - IQ1_S.OFFSET, -IQ1_S.OFFSET, 1 - IQ1_S.OFFSET};

  private static final float STRETCH = 0.5f; // from coordinates, which are odd, to levels

  private final Neighbours near = Neighbours.OfIq1.INSTANCE;
  private final Nearest nearest;

  private boolean moved;

  private ThreeLevels(boolean lanes) {
    nearest = lanes ? new NearestLanes(near, STRETCH) : new NearestSearch(near, STRETCH);
  }

  static ThreeLevels scalar() {
    return new ThreeLevels(false);
  }

  static ThreeLevels lanes() {
    return new ThreeLevels(true);
  }

  /// The levels, moved down if `down` is 1.
  static float[] values(int down) {
    return down == 0 ? UP : DOWN;
  }

  static float peak(float[] x, int at, int n) {
    float peak = Math.abs(x[at]);
    for (int i = at + 1; i < at + n; i++) {
      peak = peak > Math.abs(x[i]) ? peak : Math.abs(x[i]);
    }
    return peak;
  }

  /// The point with the eight levels from `levels[first]`, or the neighbour with the least error to
  /// the values from `x[at]`, where errors count as `weights[from]` and on say.
  int point(
      int[] levels,
      int first,
      float[] x,
      int at,
      float[] weights,
      int from,
      float scale,
      int down) {
    int code = 0;
    for (int i = 0; i < 8; i++) {
      code |= levels[first + i] << (2 * i);
    }
    int found = near.find(code);
    moved = found < 0;
    if (!moved) {
      return found;
    }
    float shift = values(down)[1] - 3 * STRETCH;
    return nearest.find(-1 - found, x, at, weights, from, scale, shift);
  }

  /// True if the last point was not where the levels were.
  boolean moved() {
    return moved;
  }

  float value(int point, int i, int down) {
    return values(down)[near.grid.levels[8 * point + i]];
  }
}
