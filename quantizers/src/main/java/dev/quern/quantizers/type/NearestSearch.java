package dev.quern.quantizers.type;

/// [Nearest], one neighbour after the other.
final class NearestSearch implements Nearest {
  private final Neighbours near;
  private final int width;
  private final float stretch;

  /// @param stretch what coordinates are multiplied by, a power of two
  NearestSearch(Neighbours near, float stretch) {
    this.near = near;
    this.width = near.grid.width;
    this.stretch = stretch;
  }

  @Override
  public int find(
      int start, float[] x, int at, float[] weights, int from, float scale, float shift) {
    int end = start + near.count(start);
    float best = Float.MAX_VALUE;
    int nearest = near.point(start);
    for (int j = start; j < end; j++) {
      int point = near.point(j);
      float sum = 0;
      for (int i = 0; i < width; i++) {
        float coordinate = stretch * (2 * near.grid.levels[point * width + i] + 1) + shift;
        float difference = scale * coordinate - x[at + i];
        sum += weights[from + i] * difference * difference;
      }
      if (sum < best) {
        best = sum;
        nearest = point;
      }
    }
    return nearest;
  }
}
