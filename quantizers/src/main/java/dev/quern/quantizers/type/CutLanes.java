package dev.quern.quantizers.type;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [CutSearch] for sixteen groups at a time, each in a lane of its own.
final class CutLanes implements Cuts.Search {
  private static final int SIZE = 32;
  private static final int COUNT = SubBlocks.COUNT;
  private static final float LOW = ThreeLevels.UP[0];
  private static final float MIDDLE = ThreeLevels.UP[1];
  private static final float HIGH = ThreeLevels.UP[2];
  private static final float DOWN_LOW = ThreeLevels.DOWN[0];
  private static final float DOWN_HIGH = ThreeLevels.DOWN[2];

  private final SortedLanes sort = new SortedLanes(SIZE);

  // by number of sorted weights, then by group
  private final float[] sumsX = new float[(SIZE + 1) * COUNT];
  private final float[] sumsW = new float[(SIZE + 1) * COUNT];

  // what the weights after a cut add, with levels moved up and down
  private final float[] upX = new float[(SIZE + 1) * COUNT];
  private final float[] upW = new float[(SIZE + 1) * COUNT];
  private final float[] downX = new float[(SIZE + 1) * COUNT];
  private final float[] downW = new float[(SIZE + 1) * COUNT];

  @Override
  public void cut(float[] x, int at, int groups, float[] weights, Cuts to) {
    sort.sort(x, at, groups, to.order);
    for (int s = 0; s < groups; s++) {
      addUp(x, at, weights, s, to.order);
    }
    for (int g = 0; g < groups; g += Lanes.COUNT) {
      tails(g);
      cut(g, to);
    }
  }

  private void addUp(float[] x, int at, float[] weights, int s, int[] order) {
    float sumX = 0;
    float sumW = 0;
    for (int i = 0; i < SIZE; i++) {
      int from = SIZE * s + order[SIZE * s + i];
      sumX += weights[from] * x[at + from];
      sumW += weights[from];
      sumsX[COUNT * (i + 1) + s] = sumX;
      sumsW[COUNT * (i + 1) + s] = sumW;
    }
  }

  private void tails(int g) {
    FloatVector allX = FloatVector.fromArray(Lanes.FLOATS, sumsX, COUNT * SIZE + g);
    FloatVector allW = FloatVector.fromArray(Lanes.FLOATS, sumsW, COUNT * SIZE + g);
    for (int b = g; b < sumsX.length; b += COUNT) {
      FloatVector restX = allX.sub(FloatVector.fromArray(Lanes.FLOATS, sumsX, b));
      FloatVector restW = allW.sub(FloatVector.fromArray(Lanes.FLOATS, sumsW, b));
      restX.mul(HIGH).intoArray(upX, b);
      restW.mul(HIGH).mul(HIGH).intoArray(upW, b);
      restX.mul(DOWN_HIGH).intoArray(downX, b);
      restW.mul(DOWN_HIGH).mul(DOWN_HIGH).intoArray(downW, b);
    }
  }

  private void cut(int g, Cuts to) {
    FloatVector best = FloatVector.broadcast(Lanes.FLOATS, -Float.MAX_VALUE);
    FloatVector scale = FloatVector.zero(Lanes.FLOATS);
    IntVector winner = IntVector.broadcast(Lanes.INTS, -1);
    for (int a = 0; a <= SIZE; a++) {
      FloatVector firstX = FloatVector.fromArray(Lanes.FLOATS, sumsX, COUNT * a + g);
      FloatVector firstW = FloatVector.fromArray(Lanes.FLOATS, sumsW, COUNT * a + g);
      FloatVector upFirstX = firstX.mul(LOW);
      FloatVector upFirstW = firstW.mul(LOW).mul(LOW);
      FloatVector downFirstX = firstX.mul(DOWN_LOW);
      FloatVector downFirstW = firstW.mul(DOWN_LOW).mul(DOWN_LOW);
      for (int b = a; b <= SIZE; b++) {
        int i = COUNT * b + g;
        FloatVector middleX = FloatVector.fromArray(Lanes.FLOATS, sumsX, i).sub(firstX).mul(MIDDLE);
        FloatVector middleW =
            FloatVector.fromArray(Lanes.FLOATS, sumsW, i).sub(firstW).mul(MIDDLE).mul(MIDDLE);
        FloatVector xq = upFirstX.add(middleX).add(FloatVector.fromArray(Lanes.FLOATS, upX, i));
        FloatVector q2 = upFirstW.add(middleW).add(FloatVector.fromArray(Lanes.FLOATS, upW, i));
        VectorMask<Float> worse =
            xq.mul(xq)
                .compare(VectorOperators.GT, q2.mul(best))
                .and(q2.compare(VectorOperators.GT, 0f))
                .not();
        FloatVector fitted = xq.div(q2);
        scale = fitted.blend(scale, worse);
        best = fitted.mul(xq).blend(best, worse);
        winner =
            IntVector.broadcast(Lanes.INTS, Cuts.of(a, b, 0)).blend(winner, worse.cast(Lanes.INTS));

        // the middle level is the other way round, its square the same
        xq = downFirstX.sub(middleX).add(FloatVector.fromArray(Lanes.FLOATS, downX, i));
        q2 = downFirstW.add(middleW).add(FloatVector.fromArray(Lanes.FLOATS, downW, i));
        worse =
            xq.mul(xq)
                .compare(VectorOperators.GT, q2.mul(best))
                .and(q2.compare(VectorOperators.GT, 0f))
                .not();
        fitted = xq.div(q2);
        scale = fitted.blend(scale, worse);
        best = fitted.mul(xq).blend(best, worse);
        winner =
            IntVector.broadcast(Lanes.INTS, Cuts.of(a, b, 1)).blend(winner, worse.cast(Lanes.INTS));
      }
    }
    FloatVector.broadcast(Lanes.FLOATS, -0f).add(scale).intoArray(to.scales, g);
    IntVector.zero(Lanes.INTS).or(winner).intoArray(to.all(), g);
  }
}
