package dev.quern.quantizers.type;

import java.util.Arrays;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// [GridSearch] with every scale that is tried in a lane of its own; where neighbours are looked
/// through, each of them.
final class GridLanes implements GridSearcher {
  private static final int WIDE = 32; // room for all scales that are tried
  private static final int MAX_BITS = 0x7f7fffff; // of Float.MAX_VALUE

  private final GridPlan plan;
  private final GridGroup group;
  private final FittedScales fit = new FittedScales();
  private final Neighbours near;
  private final byte[] neighbours;
  private final int width;
  private final int parts;
  private final int tries;
  private final int[] points;
  private final int[] candidates;
  private final boolean[] off;
  private final float[] inverses = new float[WIDE];
  private final float[] scales = new float[WIDE];
  private final float[] sumsXq = new float[WIDE];
  private final float[] sumsQ2 = new float[WIDE];

  // by weight or point, then by try
  private final float[] coordinates;
  private final int[] codes;

  private boolean empty;

  GridLanes(GridPlan plan) {
    this.plan = plan;
    this.group = new GridGroup(plan.size());
    this.near = plan.near();
    this.neighbours = near.coordinates();
    this.width = near.grid.width;
    this.parts = plan.parts();
    this.tries = 2 * plan.steps() + 1;
    this.points = new int[parts];
    this.candidates = new int[parts * WIDE];
    this.off = new boolean[parts];
    this.coordinates = new float[plan.size() * WIDE];
    this.codes = new int[parts * WIDE];
    Arrays.fill(inverses, 1);
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
    for (int c = 0; c < tries; c++) {
      inverses[c] = plan.inverse(c - plan.steps(), max);
      scales[c] = 1 / inverses[c];
    }
    for (int c = 0; c < tries; c += Lanes.COUNT) {
      findLevels(c);
    }
    snap();
    for (int c = 0; c < tries; c += Lanes.COUNT) {
      measure(c);
    }
    float scale = findAgain(choose(start));
    if (scale < 0) {
      group.flip();
      return -scale;
    }
    return scale;
  }

  /// The levels of the tries from `c`, as coordinates and as codes.
  private void findLevels(int c) {
    FloatVector inverse = FloatVector.fromArray(Lanes.FLOATS, inverses, c);
    for (int k = 0; k < parts; k++) {
      IntVector code = IntVector.zero(Lanes.INTS);
      for (int i = 0; i < width; i++) {
        IntVector level =
            inverse
                .mul(group.values[k * width + i])
                .sub(1f)
                .mul(0.5f)
                .add(Rounding.MAGIC)
                .reinterpretAsInts()
                .and(0x007fffff)
                .sub(0x00400000)
                .max(0)
                .min(near.levels - 1);
        code = code.or(level.lanewise(VectorOperators.LSHL, i * near.bits));
        ((FloatVector) level.add(level).add(1).convertShape(VectorOperators.I2F, Lanes.FLOATS, 0))
            .intoArray(coordinates, (k * width + i) * WIDE + c);
      }
      code.intoArray(codes, k * WIDE + c);
    }
  }

  /// Moves levels that are no point to the best neighbour.
  private void snap() {
    for (int k = 0; k < parts; k++) {
      for (int c = 0; c < tries; c++) {
        int found = near.find(codes[k * WIDE + c]);
        candidates[k * WIDE + c] = found;
        if (found < 0) {
          int point = near.point(nearest(-1 - found, k, scales[c]));
          candidates[k * WIDE + c] = ~point;
          for (int i = 0; i < width; i++) {
            coordinates[(k * width + i) * WIDE + c] = 2 * near.grid.levels[point * width + i] + 1;
          }
        }
      }
    }
  }

  /// Where in the lists the best neighbour stands.
  private int nearest(int start, int part, float scale) {
    int end = near.end(start);
    int best = MAX_BITS;
    int nearest = start;
    for (int j = start; j < end; j += Lanes.COUNT) {
      int from = (j & -Neighbours.STEP) * width + (j & (Neighbours.STEP - 1));
      FloatVector sum = FloatVector.zero(Lanes.FLOATS);
      for (int i = 0; i < width; i++) {
        FloatVector difference =
            ((FloatVector)
                    ByteVector.fromArray(Lanes.BYTES, neighbours, from + Neighbours.STEP * i)
                        .convertShape(VectorOperators.B2F, Lanes.FLOATS, 0))
                .mul(scale)
                .sub(group.values[part * width + i]);
        sum = sum.add(difference.mul(group.roots[part * width + i]).mul(difference));
      }
      // errors are not negative, so their bits grow with them
      IntVector bits = sum.reinterpretAsInts().and(0x7fffffff);
      int least = bits.reduceLanes(VectorOperators.MIN);
      if (least < best) {
        best = least;
        nearest = j + bits.compare(VectorOperators.EQ, least).firstTrue();
      }
    }
    return nearest;
  }

  private void measure(int c) {
    FloatVector sumXq = FloatVector.zero(Lanes.FLOATS);
    FloatVector sumQ2 = sumXq;
    for (int i = 0; i < plan.size(); i++) {
      float w = group.weights[i];
      FloatVector q = FloatVector.fromArray(Lanes.FLOATS, coordinates, i * WIDE + c);
      sumXq = sumXq.add(q.mul(w * group.values[i]));
      sumQ2 = sumQ2.add(q.mul(w).mul(q));
    }
    sumXq.intoArray(sumsXq, c);
    sumQ2.intoArray(sumsQ2, c);
  }

  /// Takes over the points of the best try and returns its scale, or `scale` if none is better than
  /// nothing.
  private float choose(float scale) {
    float best = 0;
    int winner = -1;
    for (int c = 0; c < tries; c++) {
      if (sumsQ2[c] > 0 && sumsXq[c] * sumsXq[c] > best * sumsQ2[c]) {
        scale = sumsXq[c] / sumsQ2[c];
        best = scale * sumsXq[c];
        winner = c;
      }
    }
    for (int k = 0; k < parts; k++) {
      int point = winner < 0 ? near.find(0) : candidates[k * WIDE + winner];
      off[k] = winner < 0 ? plan.again() != GridPlan.Again.OFF : point < 0;
      points[k] = point < 0 ? ~point : point;
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
    float inverse = 1 / scale;
    for (int k = 0; k < parts; k++) {
      if (off[k] || plan.again() != GridPlan.Again.OFF) {
        points[k] = find(k, inverse, scale);
      }
    }
    float sumXq = 0;
    float sumQ2 = 0;
    for (int i = 0; i < plan.size(); i++) {
      float w = group.weights[i];
      float q = 2 * near.grid.levels[points[i / width] * width + i % width] + 1;
      sumXq += w * group.values[i] * q;
      sumQ2 += w * q * q;
    }
    return sumQ2 > 0 ? sumXq / sumQ2 : scale;
  }

  private int find(int part, float inverse, float scale) {
    int code = 0;
    for (int i = 0; i < width; i++) {
      int level = Rounding.nearest(0.5f * (inverse * group.values[part * width + i] - 1));
      code |= Math.max(0, Math.min(near.levels - 1, level)) << (i * near.bits);
    }
    int found = near.find(code);
    return found < 0 ? near.point(nearest(-1 - found, part, scale)) : found;
  }
}
