package dev.quern.quantizers.type;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [HalfCutSearch] for sixteen groups at a time, each in a lane of its own.
final class HalfCutLanes implements Cuts.Search {
  private static final int SIZE = 16;
  private static final int COUNT = SubBlocks.COUNT;
  private static final float UP = ThreeLevels.UP[2];
  private static final float DOWN = ThreeLevels.DOWN[2];
  private static final float UP_FIRST = first(ThreeLevels.UP);
  private static final float UP_SECOND = second(ThreeLevels.UP);
  private static final float DOWN_FIRST = first(ThreeLevels.DOWN);
  private static final float DOWN_SECOND = second(ThreeLevels.DOWN);

  private final SortedLanes sort = new SortedLanes(SIZE);

  // of the first and the second half: by number of sorted weights, then by group
  private final float[] oneX = new float[(SIZE + 1) * COUNT];
  private final float[] oneW = new float[(SIZE + 1) * COUNT];
  private final float[] twoX = new float[(SIZE + 1) * COUNT];
  private final float[] twoW = new float[(SIZE + 1) * COUNT];

  // the winners so far
  private final float[] bests = new float[COUNT];
  private final float[] scales = new float[COUNT];
  private final int[] cuts = new int[COUNT];

  private static float first(float[] v) {
    return v[0] * v[0] - v[1] * v[1];
  }

  private static float second(float[] v) {
    return v[1] * v[1] - v[2] * v[2];
  }

  @Override
  public void cut(float[] x, int at, int groups, float[] weights, Cuts to) {
    sort.sort(x, at, groups, to.order);
    for (int s = 0; s < groups; s++) {
      addUp(x, at, weights, s, to.order);
    }
    for (int g = 0; g < groups; g += Lanes.COUNT) {
      cut(g);
    }
    System.arraycopy(scales, 0, to.scales, 0, groups);
    System.arraycopy(cuts, 0, to.all(), 0, groups);
  }

  private void addUp(float[] x, int at, float[] weights, int s, int[] order) {
    float sumOneX = 0;
    float sumOneW = 0;
    float sumTwoX = 0;
    float sumTwoW = 0;
    for (int j = 0; j < SIZE; j++) {
      int from = SIZE * s + order[SIZE * s + j];
      float w = weights[from];
      if (order[SIZE * s + j] < SIZE / 2) {
        sumOneX += w * x[at + from];
        sumOneW += w;
      } else {
        sumTwoX += w * x[at + from];
        sumTwoW += w;
      }
      oneX[COUNT * (j + 1) + s] = sumOneX;
      oneW[COUNT * (j + 1) + s] = sumOneW;
      twoX[COUNT * (j + 1) + s] = sumTwoX;
      twoW[COUNT * (j + 1) + s] = sumTwoW;
    }
  }

  private void cut(int g) {
    FloatVector.broadcast(Lanes.FLOATS, -Float.MAX_VALUE).intoArray(bests, g);
    FloatVector.zero(Lanes.FLOATS).intoArray(scales, g);
    IntVector.broadcast(Lanes.INTS, -1).intoArray(cuts, g);
    for (int a = 0; a <= SIZE; a++) {
      cut(g, a);
    }
  }

  /// All cuts whose first one is `a`.
  private void cut(int g, int a) {
    int all = COUNT * SIZE + g;
    int from = COUNT * a + g;
    FloatVector allW = FloatVector.fromArray(Lanes.FLOATS, oneW, all);
    FloatVector firstW = FloatVector.fromArray(Lanes.FLOATS, oneW, from);
    FloatVector oneUpQ2 = allW.mul(UP).mul(UP).add(firstW.mul(UP_FIRST));
    FloatVector oneDownQ2 = allW.mul(DOWN).mul(DOWN).add(firstW.mul(DOWN_FIRST));
    allW = FloatVector.fromArray(Lanes.FLOATS, twoW, all);
    firstW = FloatVector.fromArray(Lanes.FLOATS, twoW, from);
    FloatVector twoUpQ2 = allW.mul(UP).mul(UP).add(firstW.mul(UP_FIRST));
    FloatVector twoDownQ2 = allW.mul(DOWN).mul(DOWN).add(firstW.mul(DOWN_FIRST));
    FloatVector oneAllX = FloatVector.fromArray(Lanes.FLOATS, oneX, all);
    FloatVector twoAllX = FloatVector.fromArray(Lanes.FLOATS, twoX, all);
    FloatVector oneFirstX = FloatVector.fromArray(Lanes.FLOATS, oneX, from);
    FloatVector twoFirstX = FloatVector.fromArray(Lanes.FLOATS, twoX, from);
    FloatVector best = FloatVector.fromArray(Lanes.FLOATS, bests, g);
    FloatVector scale = FloatVector.fromArray(Lanes.FLOATS, scales, g);
    IntVector winner = IntVector.fromArray(Lanes.INTS, cuts, g);
    for (int b = a; b <= SIZE; b++) {
      int i = COUNT * b + g;
      int cut = Cuts.of(a, b, 0);
      FloatVector sum = oneFirstX.add(FloatVector.fromArray(Lanes.FLOATS, oneX, i));
      FloatVector oneUp = oneAllX.mul(UP).sub(sum);
      FloatVector oneDown = oneAllX.mul(DOWN).sub(sum);
      sum = twoFirstX.add(FloatVector.fromArray(Lanes.FLOATS, twoX, i));
      FloatVector twoUp = twoAllX.mul(UP).sub(sum);
      FloatVector twoDown = twoAllX.mul(DOWN).sub(sum);
      FloatVector w = FloatVector.fromArray(Lanes.FLOATS, oneW, i);
      FloatVector oneUpB = oneUpQ2.add(w.mul(UP_SECOND));
      FloatVector oneDownB = oneDownQ2.add(w.mul(DOWN_SECOND));
      w = FloatVector.fromArray(Lanes.FLOATS, twoW, i);
      FloatVector twoUpB = twoUpQ2.add(w.mul(UP_SECOND));
      FloatVector twoDownB = twoDownQ2.add(w.mul(DOWN_SECOND));
      for (int shift = 0; shift < 4; shift++) {
        FloatVector xq = (shift < 2 ? oneUp : oneDown).add((shift & 1) == 0 ? twoUp : twoDown);
        FloatVector q2 = (shift < 2 ? oneUpB : oneDownB).add((shift & 1) == 0 ? twoUpB : twoDownB);
        VectorMask<Float> worse =
            xq.mul(xq)
                .compare(VectorOperators.GT, q2.mul(best))
                .and(q2.compare(VectorOperators.GT, 0f))
                .not();
        FloatVector fitted = xq.div(q2);
        scale = fitted.blend(scale, worse);
        best = fitted.mul(xq).blend(best, worse);
        winner = IntVector.broadcast(Lanes.INTS, cut + shift).blend(winner, worse.cast(Lanes.INTS));
      }
    }
    FloatVector nothing = FloatVector.broadcast(Lanes.FLOATS, -0f); // keeps a zero's sign
    nothing.add(best).intoArray(bests, g);
    nothing.add(scale).intoArray(scales, g);
    IntVector.zero(Lanes.INTS).or(winner).intoArray(cuts, g);
  }
}
