package dev.quern.quantizers.type;

import java.util.Arrays;

/// Looks for the scale of a sub-block, `x ≈ scale * level` with levels from `-reach` to `reach -
/// 1`, one weight at a time; every weight counts with its square unless it is said otherwise.
final class SymmetricSearch {
  /// Sub-blocks whose greatest magnitude is below this are taken for zero.
  static final float TINY = 1e-15f;

  static final int SIZE = 16;

  private final int size;
  private final int[] candidate;
  private final float[] weights;

  private float sumXl;
  private float sumL2;

  /// For sub-blocks of 16.
  SymmetricSearch() {
    this(SIZE);
  }

  SymmetricSearch(int size) {
    this.size = size;
    this.candidate = new int[size];
    this.weights = new float[size];
  }

  /// Tries 19 scales around the one that maps the farthest weight to `-reach`; the levels, plus
  /// `reach`, go to `levels[to...]`.
  float scale(float[] x, int at, int reach, int[] levels, int to) {
    square(x, at);
    return search(x, at, reach, levels, to);
  }

  /// As above, where the error of weight `i` counts as much as `given[from + i]`.
  float scale(float[] x, int at, float[] given, int from, int reach, int[] levels, int to) {
    System.arraycopy(given, from, weights, 0, size);
    return search(x, at, reach, levels, to);
  }

  private void square(float[] x, int at) {
    for (int i = 0; i < size; i++) {
      weights[i] = x[at + i] * x[at + i];
    }
  }

  private float search(float[] x, int at, int reach, int[] levels, int to) {
    float farthest = farthest(x, at);
    if (Math.abs(farthest) < TINY) {
      Arrays.fill(levels, to, to + size, 0);
      return 0;
    }
    measure(x, at, -reach / farthest, reach);
    keep(levels, to, reach);
    float scale = sumL2 != 0 ? sumXl / sumL2 : 0;
    float best = scale * sumXl;
    for (int step = -9; step <= 9; step++) {
      if (step == 0) {
        continue;
      }
      measure(x, at, -(reach + 0.1f * step) / farthest, reach);
      if (sumL2 > 0 && sumXl * sumXl > best * sumL2) {
        keep(levels, to, reach);
        scale = sumXl / sumL2;
        best = scale * sumXl;
      }
    }
    return scale;
  }

  /// Starts from the scale that maps the farthest weight to `-reach`, then moves single levels as
  /// long as that helps, at most five times through; the levels, plus `reach`, go to
  /// `levels[to...]`.
  float refinedScale(float[] x, int at, int reach, int[] levels, int to) {
    square(x, at);
    float farthest = farthest(x, at);
    if (Math.abs(farthest) < TINY) {
      Arrays.fill(levels, to, to + size, 0);
      return 0;
    }
    measure(x, at, -reach / farthest, reach);
    boolean changed = true;
    for (int round = 0; round < 5 && changed; round++) {
      changed = false;
      for (int i = 0; i < size; i++) {
        changed |= improve(x[at + i], i, reach);
      }
    }
    keep(levels, to, reach);
    return sumL2 > 0 ? sumXl / sumL2 : 0;
  }

  private boolean improve(float x, int i, int reach) {
    float w = weights[i];
    float xl = sumXl - w * x * candidate[i];
    if (!(xl > 0)) {
      return false;
    }
    float l2 = sumL2 - w * candidate[i] * candidate[i];
    int level = Math.max(-reach, Math.min(reach - 1, Rounding.nearest(x * l2 / xl)));
    if (level == candidate[i]) {
      return false;
    }
    xl += w * x * level;
    l2 += w * level * level;
    if (l2 > 0 && xl * xl * sumL2 > sumXl * sumXl * l2) {
      candidate[i] = level;
      sumXl = xl;
      sumL2 = l2;
      return true;
    }
    return false;
  }

  private void measure(float[] x, int at, float inverse, int reach) {
    sumXl = 0;
    sumL2 = 0;
    for (int i = 0; i < size; i++) {
      float v = x[at + i];
      int level = Math.max(-reach, Math.min(reach - 1, Rounding.nearest(inverse * v)));
      candidate[i] = level;
      float w = weights[i];
      sumXl += w * v * level;
      sumL2 += w * level * level;
    }
  }

  private void keep(int[] levels, int to, int reach) {
    for (int i = 0; i < size; i++) {
      levels[to + i] = candidate[i] + reach;
    }
  }

  private float farthest(float[] x, int at) {
    float peak = 0;
    float farthest = 0;
    for (int i = 0; i < size; i++) {
      if (Math.abs(x[at + i]) > peak) {
        peak = Math.abs(x[at + i]);
        farthest = x[at + i];
      }
    }
    return farthest;
  }
}
