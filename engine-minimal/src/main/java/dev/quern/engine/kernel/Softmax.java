package dev.quern.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// One step of a softmax that sees its scores in blocks.
public final class Softmax {
  /// A maximum that every score is above: finite, so that differences stay numbers.
  public static final float LOWEST = -1e30f;

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int LENGTH = Lanes.LENGTH;

  private static final int EXERCISED = 512;

  static final Twin TWIN =
      new Twin() {
        @Override
        int exercise() {
          float[] scores = new float[EXERCISED];
          lanes(scores, 0, EXERCISED, maxLanes(scores, 0, EXERCISED, 0));
          return Exponential.OPERATIONS * EXERCISED;
        }
      };

  private Softmax() {}

  /// The largest of `n` scores (a whole number of vectors) and of `largest`.
  public static float max(float[] scores, int at, int n, float largest) {
    return TWIN.compiled() ? maxLanes(scores, at, n, largest) : maxScalar(scores, at, n, largest);
  }

  static float maxScalar(float[] scores, int at, int n, float largest) {
    float most = largest;
    for (int i = 0; i < n; i++) {
      most = Math.max(most, scores[at + i]);
    }
    return most;
  }

  static float maxLanes(float[] scores, int at, int n, float largest) {
    FloatVector most = FloatVector.broadcast(FLOATS, largest);
    for (int i = 0; i < n; i += FLOATS.length()) {
      most = most.max(FloatVector.fromArray(FLOATS, scores, at + i));
    }
    return most.reduceLanes(VectorOperators.MAX);
  }

  /// Replaces `n` scores (a whole number of vectors) by `e^(score - largest)` and returns their
  /// sum; a score of negative infinity becomes 0.
  public static float exponentials(float[] scores, int at, int n, float largest) {
    return TWIN.compiled() ? lanes(scores, at, n, largest) : scalar(scores, at, n, largest);
  }

  static float scalar(float[] scores, int at, int n, float largest) {
    float[] sums = new float[LENGTH];
    for (int i = 0; i < n; i++) {
      float x = scores[at + i] - largest;
      float e = x < Exponential.LOWEST ? 0 : Exponential.of(x);
      scores[at + i] = e;
      sums[i % LENGTH] += e;
    }
    for (int half = LENGTH / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        sums[i] += sums[i + half];
      }
    }
    return sums[0];
  }

  static float lanes(float[] scores, int at, int n, float largest) {
    FloatVector sum = FloatVector.zero(FLOATS);
    for (int i = 0; i < n; i += FLOATS.length()) {
      FloatVector x = FloatVector.fromArray(FLOATS, scores, at + i).sub(largest);
      FloatVector y = x.max(Exponential.LOWEST);
      FloatVector n2 = y.mul(Exponential.LOG2_E).add(Exponential.ROUND).sub(Exponential.ROUND);
      FloatVector r = n2.mul(-Exponential.LN2_HIGH).add(y);
      r = n2.mul(-Exponential.LN2_LOW).add(r);
      FloatVector p = r.mul(Exponential.C7).add(Exponential.C6);
      p = p.fma(r, FloatVector.broadcast(FLOATS, Exponential.C5));
      p = p.fma(r, FloatVector.broadcast(FLOATS, Exponential.C4));
      p = p.fma(r, FloatVector.broadcast(FLOATS, Exponential.C3));
      p = p.fma(r, FloatVector.broadcast(FLOATS, Exponential.C2));
      p = p.fma(r, FloatVector.broadcast(FLOATS, 1));
      p = p.fma(r, FloatVector.broadcast(FLOATS, 1));
      IntVector power = ((IntVector) n2.convert(VectorOperators.F2I, 0)).add(127);
      FloatVector e = p.mul(power.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
      e = e.blend(0, x.compare(VectorOperators.LT, Exponential.LOWEST));
      e.intoArray(scores, at + i);
      sum = sum.add(e);
    }
    if (LENGTH >= 16) {
      sum = sum.add(sum.rearrange(Lanes.SWAP_8));
    }
    if (LENGTH >= 8) {
      sum = sum.add(sum.rearrange(Lanes.SWAP_4));
    }
    sum = sum.add(sum.rearrange(Lanes.SWAP_2));
    sum = sum.add(sum.rearrange(Lanes.SWAP_1));
    return sum.lane(0);
  }
}
