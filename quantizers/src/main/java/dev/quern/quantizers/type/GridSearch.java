package dev.quern.quantizers.type;

import java.util.Arrays;

/// Looks for the scale of a group of weights and their points in a code book, one weight at a time.
///
/// Each scale that is tried gives every weight a level. Where the levels are no point of the grid,
/// the neighbour with the least weighted error takes their place; where no error is finite, the
/// first one.
final class GridSearch implements GridSearcher {
  private final GridPlan plan;
  private final GridGroup group;
  private final FittedScales fit = new FittedScales();
  private final Nearest nearest;
  private final int width;
  private final int[] points;
  private final int[] candidate;
  private final boolean[] off;
  private final boolean[] candidateOff;

  private boolean empty;
  private float sumXq;
  private float sumQ2;

  GridSearch(GridPlan plan) {
    this.plan = plan;
    this.group = new GridGroup(plan.size());
    this.nearest = new NearestSearch(plan.near(), 1);
    this.width = plan.near().grid.width;
    this.points = new int[plan.parts()];
    this.candidate = new int[plan.parts()];
    this.off = new boolean[plan.parts()];
    this.candidateOff = new boolean[plan.parts()];
  }

  @Override
  public boolean isEmpty() {
    return empty;
  }

  @Override
  public float[] weights() {
    return group.weights;
  }

  @Override
  public int[] points() {
    return points;
  }

  @Override
  public int[] signs() {
    return group.signs;
  }

  @Override
  public float scale(float[] x, int at) {
    group.load(x, at, plan.even());
    float max = group.max();
    empty = max < plan.tiny();
    float start = max / plan.reach();
    if (plan.fitted() && !empty) {
      int top = plan.near().levels;
      start = fit.fit(group.values, 0, plan.size(), top + 1, group.weights);
      max = start * top;
      empty = max <= 0;
    }
    if (empty) {
      Arrays.fill(points, 0);
      Arrays.fill(group.signs, 0);
      return 0;
    }
    Arrays.fill(points, plan.near().find(0));
    Arrays.fill(off, plan.again() != GridPlan.Again.OFF);
    float best = 0;
    float scale = start;
    for (int step = -plan.steps(); step <= plan.steps(); step++) {
      float inverse = plan.inverse(step, max);
      for (int k = 0; k < points.length; k++) {
        find(k, inverse, 1 / inverse);
      }
      measure(candidate);
      if (sumQ2 > 0 && sumXq * sumXq > best * sumQ2) {
        scale = sumXq / sumQ2;
        best = scale * sumXq;
        System.arraycopy(candidate, 0, points, 0, points.length);
        System.arraycopy(candidateOff, 0, off, 0, off.length);
      }
    }
    scale = findAgain(scale);
    if (scale < 0) {
      group.flip();
      return -scale;
    }
    return scale;
  }

  private float findAgain(float scale) {
    boolean any = plan.again() == GridPlan.Again.ALL;
    for (boolean one : off) {
      any |= one;
    }
    if (!any || !(scale > 0)) {
      return scale;
    }
    for (int k = 0; k < points.length; k++) {
      if (off[k] || plan.again() != GridPlan.Again.OFF) {
        find(k, 1 / scale, scale);
        points[k] = candidate[k];
      }
    }
    measure(points);
    return sumQ2 > 0 ? sumXq / sumQ2 : scale;
  }

  private void find(int part, float inverse, float scale) {
    int code = 0;
    for (int i = 0; i < width; i++) {
      float value = group.values[part * width + i];
      int level = Rounding.nearest(0.5f * (inverse * value - 1));
      level = Math.max(0, Math.min(plan.near().levels - 1, level));
      code |= level << (i * plan.near().bits);
    }
    int found = plan.near().find(code);
    candidateOff[part] = found < 0;
    candidate[part] =
        found < 0
            ? nearest.find(
                -1 - found, group.values, part * width, group.roots, part * width, scale, 0)
            : found;
  }

  private void measure(int[] of) {
    sumXq = 0;
    sumQ2 = 0;
    for (int i = 0; i < plan.size(); i++) {
      float q = coordinate(of[i / width], i % width);
      float w = group.weights[i];
      sumXq += w * group.values[i] * q;
      sumQ2 += w * q * q;
    }
  }

  private int coordinate(int point, int i) {
    return 2 * plan.near().grid.levels[point * width + i] + 1;
  }
}
