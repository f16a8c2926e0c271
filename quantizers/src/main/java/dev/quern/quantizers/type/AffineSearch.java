package dev.quern.quantizers.type;

import java.util.Arrays;

/// Looks for the scale and the minimum of a sub-block, `x ≈ scale * level + min`, one weight at a
/// time.
///
/// Starts from the range of the weights, then tries a fixed row of slightly different scales; each
/// gives levels, the levels give the best scale and minimum by weighted least squares, and the
/// candidate with the smallest weighted error stays. A candidate's levels are counted from the
/// minimum of the best one before it.
final class AffineSearch {
  /// What the types try.
  ///
  /// @param size weights in a sub-block
  /// @param top the greatest level
  /// @param first what is added to `top` in the first try
  /// @param steps tries after the first
  /// @param step how much each adds
  /// @param absolute true if the error counts as it is, false if squared
  record Plan(int size, int top, float first, int steps, float step, boolean absolute) {
    static final Plan Q2_K = new Plan(16, 3, -0.5f, 15, 0.1f, true);
    static final Plan Q4_K = new Plan(32, 15, -1f, 20, 0.1f, false);
    static final Plan Q5_K = new Plan(32, 31, -0.5f, 15, 0.1f, false);

    /// What is tried with an importance matrix.
    static Plan weighted(int size, int top) {
      return new Plan(size, top, -0.9f, 36, 0.05f, false);
    }

    /// The greatest level of try `step`, as the reference computes it.
    float reach(int step) {
      return first + this.step * step + top;
    }
  }

  private final Plan plan;
  private final int[] candidate;
  private final float[] weights;

  private float min;

  AffineSearch(Plan plan) {
    this.plan = plan;
    this.candidate = new int[plan.size()];
    this.weights = new float[plan.size()];
  }

  /// The scale of the weights from `x[at]`; their levels go to `levels[to...]`.
  float scale(float[] x, int at, float[] weights, int[] levels, int to) {
    return scale(x, at, weights, 0, levels, to);
  }

  /// As above, with weights from `weights[from]`.
  float scale(float[] x, int at, float[] weights, int from, int[] levels, int to) {
    System.arraycopy(weights, from, this.weights, 0, plan.size());
    return search(x, at, levels, to);
  }

  private float search(float[] x, int at, int[] levels, int to) {
    int n = plan.size();
    min = x[at];
    float max = x[at];
    float sumW = weights[0];
    float sumX = sumW * x[at];
    for (int i = 1; i < n; i++) {
      min = x[at + i] < min ? x[at + i] : min;
      max = x[at + i] > max ? x[at + i] : max;
      sumW += weights[i];
      sumX += weights[i] * x[at + i];
    }
    min = min > 0 ? 0 : min;
    if (max == min) {
      Arrays.fill(levels, to, to + n, 0);
      return 0;
    }
    float inverse = plan.top() / (max - min);
    float scale = 1 / inverse;
    fillLevels(x, at, inverse);
    System.arraycopy(candidate, 0, levels, to, n);
    float best = error(x, at, scale, min);
    for (int step = 0; step <= plan.steps(); step++) {
      fillLevels(x, at, plan.reach(step) / (max - min));
      float sumL = 0;
      float sumL2 = 0;
      float sumXl = 0;
      for (int i = 0; i < n; i++) {
        float wl = weights[i] * candidate[i];
        sumL += wl;
        sumL2 += wl * candidate[i];
        sumXl += wl * x[at + i];
      }
      float determinant = sumW * sumL2 - sumL * sumL;
      if (determinant > 0) {
        float newScale = (sumW * sumXl - sumX * sumL) / determinant;
        float newMin = (sumL2 * sumX - sumL * sumXl) / determinant;
        if (newMin > 0) {
          newMin = 0;
          newScale = sumXl / sumL2;
        }
        float error = error(x, at, newScale, newMin);
        if (error < best) {
          System.arraycopy(candidate, 0, levels, to, n);
          best = error;
          scale = newScale;
          min = newMin;
        }
      }
    }
    return scale;
  }

  /// How far the minimum that [#scale] found lies below zero.
  float depth() {
    return -min;
  }

  private void fillLevels(float[] x, int at, float inverse) {
    for (int i = 0; i < plan.size(); i++) {
      int level = Rounding.nearest(inverse * (x[at + i] - min));
      candidate[i] = Math.max(0, Math.min(plan.top(), level));
    }
  }

  private float error(float[] x, int at, float scale, float low) {
    float sum = 0;
    for (int i = 0; i < plan.size(); i++) {
      float difference = scale * candidate[i] + low - x[at + i];
      sum += weights[i] * (plan.absolute() ? Math.abs(difference) : difference * difference);
    }
    return sum;
  }
}
