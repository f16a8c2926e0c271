package dev.quern.quantizers.type;

import java.util.Arrays;

/// Looks for the scale of a sub-block of 16, `x ≈ scale * level` with levels from `-reach` to
/// `reach - 1`, one weight at a time; every weight counts with its square.
final class SymmetricSearch {
  /// Sub-blocks whose greatest magnitude is below this are taken for zero.
  static final float TINY = 1e-15f;

  static final int SIZE = 16;

  private final int[] candidate = new int[SIZE];

  private float sumXl;
  private float sumL2;

  /// Tries 19 scales around the one that maps the farthest weight to `-reach`; the levels, plus
  /// `reach`, go to `levels[to...]`.
  float scale(float[] x, int at, int reach, int[] levels, int to) {
    float farthest = farthest(x, at);
    if (Math.abs(farthest) < TINY) {
      Arrays.fill(levels, to, to + SIZE, 0);
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
    float farthest = farthest(x, at);
    if (Math.abs(farthest) < TINY) {
      Arrays.fill(levels, to, to + SIZE, 0);
      return 0;
    }
    measure(x, at, -reach / farthest, reach);
    boolean changed = true;
    for (int round = 0; round < 5 && changed; round++) {
      changed = false;
      for (int i = 0; i < SIZE; i++) {
        changed |= improve(x[at + i], i, reach);
      }
    }
    keep(levels, to, reach);
    return sumL2 > 0 ? sumXl / sumL2 : 0;
  }

  private boolean improve(float x, int i, int reach) {
    float w = x * x;
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
    for (int i = 0; i < SIZE; i++) {
      float v = x[at + i];
      int level = Math.max(-reach, Math.min(reach - 1, Rounding.nearest(inverse * v)));
      candidate[i] = level;
      float w = v * v;
      sumXl += w * v * level;
      sumL2 += w * level * level;
    }
  }

  private void keep(int[] levels, int to, int reach) {
    for (int i = 0; i < SIZE; i++) {
      levels[to + i] = candidate[i] + reach;
    }
  }

  private static float farthest(float[] x, int at) {
    float peak = 0;
    float farthest = 0;
    for (int i = 0; i < SIZE; i++) {
      if (Math.abs(x[at + i]) > peak) {
        peak = Math.abs(x[at + i]);
        farthest = x[at + i];
      }
    }
    return farthest;
  }
}
