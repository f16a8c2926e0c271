package dev.quern.quantizers.type;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/// [GridSearch] with every scale that is tried in a lane of its own; where neighbours are looked
/// through, each of them.
final class GridLanes implements GridSearcher {
  private static final int WIDE = 32; // room for all scales that are tried

  private final GridPlan plan;
  private final GridGroup group;
  private final FittedScales fit = new FittedLanes();
  private final Neighbours near;
  private final NearestLanes nearest;
  private final NearestLines lines;
  private final int width;
  private final int parts;
  private final int tries;
  private final int[] points;
  private final boolean[] off;
  private final float[] inverses = new float[WIDE];
  private final float[] scales = new float[2 * WIDE];
  private final float[] sumsXq = new float[WIDE];
  private final float[] sumsQ2 = new float[WIDE];

  // by part, then by try
  private final int[] codes;
  private final int[] packed;

  private boolean empty;

  GridLanes(GridPlan plan) {
    this.plan = plan;
    this.group = new GridGroup(plan.size());
    this.near = plan.near();
    this.nearest = new NearestLanes(near, 1);
    this.lines = new NearestLines(near, plan.size());
    this.width = near.grid.width;
    this.parts = plan.parts();
    this.tries = 2 * plan.steps() + 1;
    this.points = new int[parts];
    this.off = new boolean[parts];
    this.codes = new int[(parts + 1) * WIDE];
    this.packed = new int[(parts + 1) * WIDE];
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
    lines.prepare(group.values, group.roots, scales[tries - 1], scales[0]);
    for (int k = 0; k < parts; k++) {
      snap(k);
    }
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

  /// The levels of the tries from `c`, as codes.
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
        code = level.lanewise(VectorOperators.LSHL, i * near.bits).or(code);
      }
      code.intoArray(codes, k * WIDE + c);
    }
  }

  /// Finds the points of part `k` for all tries. Neighbouring tries often have the same levels.
  private void snap(int k) {
    int c = 0;
    for (long left = lastOfSame(k * WIDE); left != 0; left &= left - 1) {
      int last = Long.numberOfTrailingZeros(left);
      int found = near.find(codes[k * WIDE + c]);
      if (found >= 0) {
        put(k * WIDE + c, k * WIDE + last, near.packed(found));
      } else {
        snap(k, c, last, -1 - found);
      }
      c = last + 1;
    }
  }

  /// A bit for each try whose levels are not those of the next one.
  private long lastOfSame(int row) {
    long last = 0;
    for (int c = 0; c < tries; c += Lanes.COUNT) {
      IntVector code = IntVector.fromArray(Lanes.INTS, codes, row + c);
      IntVector next = IntVector.fromArray(Lanes.INTS, codes, row + c + 1);
      last |= code.compare(VectorOperators.NE, next).toLong() << c;
    }
    return (last & ((1L << tries) - 1)) | 1L << (tries - 1);
  }

  /// Moves levels that are no point to the best neighbour of the list from `start`.
  private void snap(int k, int c, int last, int start) {
    int row = k * WIDE;
    lines.draw(start, group.values, group.roots, k, scales[c], scales[last]);
    int best = lines.best();
    if (best >= 0) {
      put(row + c, row + last, best);
      return;
    }
    boolean pair = lines.isPair();
    for (; c <= last; c += Lanes.COUNT) {
      long unsure =
          pair
              ? lines.putPair(scales, c, packed, row + c)
              : lines.putAny(scales, c, packed, row + c);
      unsure &= -1L >>> -Math.min(last + 1 - c, Lanes.COUNT);
      for (; unsure != 0; unsure &= unsure - 1) {
        int one = c + Long.numberOfTrailingZeros(unsure);
        packed[row + one] = near.packed(nearest(start, k, scales[one]));
      }
    }
  }

  /// Writes the coordinates of some tries, and what stands behind them: it is written later.
  private void put(int c, int last, int coordinates) {
    IntVector all = IntVector.broadcast(Lanes.INTS, coordinates);
    for (; c <= last; c += Lanes.COUNT) {
      all.intoArray(packed, c);
    }
  }

  private int nearest(int start, int part, float scale) {
    int at = part * width;
    return nearest.find(start, group.values, at, group.roots, at, scale, 0);
  }

  private void measure(int c) {
    FloatVector sumXq = FloatVector.zero(Lanes.FLOATS);
    FloatVector sumQ2 = sumXq;
    for (int k = 0; k < parts; k++) {
      IntVector coordinates = IntVector.fromArray(Lanes.INTS, packed, k * WIDE + c);
      for (int i = 0; i < width; i += Grid.STEP) {
        IntVector some = coordinates.lanewise(VectorOperators.LSHR, 4 * i);
        int at = k * width + i;
        for (int j = 0; j < Grid.STEP; j++) {
          FloatVector q =
              (FloatVector)
                  some.lanewise(VectorOperators.LSHR, 4 * j)
                      .and(15)
                      .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
          float w = group.weights[at + j];
          sumXq = q.mul(w * group.values[at + j]).add(sumXq);
          sumQ2 = q.mul(w).mul(q).add(sumQ2);
        }
      }
    }
    FloatVector zero = FloatVector.zero(Lanes.FLOATS);
    zero.add(sumXq).intoArray(sumsXq, c);
    zero.add(sumQ2).intoArray(sumsQ2, c);
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
      if (winner < 0) {
        points[k] = near.find(0);
        off[k] = plan.again() != GridPlan.Again.OFF;
      } else {
        points[k] = near.pointOf(packed[k * WIDE + winner]);
        off[k] = near.find(codes[k * WIDE + winner]) < 0;
      }
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
    for (int k = 0; k < parts; k++) {
      int coordinates = near.packed(points[k]);
      for (int i = k * width; i < (k + 1) * width; i++) {
        float w = group.weights[i];
        float q = coordinates & 15;
        coordinates >>>= 4;
        sumXq += w * group.values[i] * q;
        sumQ2 += w * q * q;
      }
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
    return found < 0 ? nearest(-1 - found, part, scale) : found;
  }
}
