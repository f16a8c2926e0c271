package dev.quern.quantizers.type;

import java.util.Arrays;

/// Rounds the scales of a block's sub-blocks to levels with a common factor, by weighted least
/// squares: tries factors around the one that maps the greatest scale to the highest level, then
/// moves single levels as long as that helps, at most five times through.
///
/// [FittedLanes] does the same in lanes.
class FittedScales {
  // the reference keeps the levels of its first try in unsigned bytes, and does not bound them
  static final int AS_BYTES = 255;

  /// Levels of the scales after [#fit].
  final int[] levels = new int[32];

  /// Sums of weights times scales times levels, and of weights times squares of levels.
  float sumXl;

  float sumL2;

  /// The factor for the `n` scales from `x[at]`, of which few are negative; `weights[at]` and on
  /// say how much each counts.
  float fit(float[] x, int at, int n, int top, float[] weights) {
    float max = 0;
    for (int i = at; i < at + n; i++) {
      max = max > x[i] ? max : x[i];
    }
    if (max < SymmetricSearch.TINY) {
      Arrays.fill(levels, 0, n, 0);
      return 0;
    }
    float inverse = bestInverse(x, at, n, top, weights, max);
    sumXl = 0;
    sumL2 = 0;
    for (int i = 0; i < n; i++) {
      int level = Math.min(top, Rounding.nearest(inverse * x[at + i]));
      levels[i] = level & 0xff;
      sumXl += weights[at + i] * x[at + i] * level;
      sumL2 += weights[at + i] * level * level;
    }
    for (int round = 0; round < 5; round++) {
      if (!improve(x, at, n, top, weights)) {
        break;
      }
    }
    return sumL2 > 0 ? sumXl / sumL2 : 0;
  }

  /// The inverse of the best factor among those around `top / max`.
  float bestInverse(float[] x, int at, int n, int top, float[] weights, float max) {
    float inverse = top / max;
    float best = error(x, at, n, AS_BYTES, weights, inverse);
    for (int step = -4; step <= 4; step++) {
      if (step != 0) {
        float candidate = (0.1f * step + top) / max;
        float error = error(x, at, n, top, weights, candidate);
        if (error < best) {
          best = error;
          inverse = candidate;
        }
      }
    }
    return inverse;
  }

  private static float error(float[] x, int at, int n, int top, float[] weights, float inverse) {
    float scale = 1 / inverse;
    float sum = 0;
    for (int i = at; i < at + n; i++) {
      int level = Rounding.nearest(inverse * x[i]);
      level = top == AS_BYTES ? level & 0xff : Math.min(top, level);
      float difference = x[i] - scale * level;
      sum += weights[i] * difference * difference;
    }
    return sum;
  }

  /// Moves single levels where that helps; false if none was moved.
  boolean improve(float[] x, int at, int n, int top, float[] weights) {
    boolean changed = false;
    for (int i = 0; i < n; i++) {
      changed |= improve(i, x[at + i], weights[at + i], top);
    }
    return changed;
  }

  private boolean improve(int i, float x, float w, int top) {
    float xl = sumXl - w * x * levels[i];
    float l2 = sumL2 - w * levels[i] * levels[i];
    if (!(xl > 0 && l2 > 0)) {
      return false;
    }
    int level = Math.min(top, Rounding.nearest(x * l2 / xl));
    if (level == levels[i]) {
      return false;
    }
    xl += w * x * level;
    l2 += w * level * level;
    if (xl * xl * sumL2 > sumXl * sumXl * l2) {
      levels[i] = level & 0xff;
      sumXl = xl;
      sumL2 = l2;
      return true;
    }
    return false;
  }
}
