package dev.quern.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Functions between the matrices of a feed-forward part.
public final class ActivationLoops {
  /// `2 · sqrt(2 / π)`: with it and [#TANH_CUBIC], [#sigmoid] is GELU with a hyperbolic tangent.
  public static final float TANH_LINEAR = 1.595769f;

  /// What the third power is multiplied with there.
  public static final float TANH_CUBIC = 0.07135482f;

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

  // the share of a normal distribution above z is t · e^(P(t) - z²/2) with t = 1 / (1 + 0.33 z);
  // P is a Chebyshev fit over z <= 13.5, off by less than 2.1e-8
  private static final float STEP = 0.33f;
  private static final float P0 = -2.027644f;
  private static final float P1 = 1.0012141f;
  private static final float P2 = 0.37635288f;
  private static final float P3 = 0.21637362f;
  private static final float P4 = -0.4750612f;
  private static final float P5 = 1.050544f;
  private static final float P6 = -2.1279285f;
  private static final float P7 = 2.0981157f;
  private static final float P8 = -0.9891068f;
  private static final float P9 = 0.18399295f;

  private ActivationLoops() {}

  /// Replaces `n` elements by `x / (1 + e^-(linear · x + cubic · x³))`.
  public static void sigmoid(float[] x, int at, int n, float linear, float cubic) {
    int i = 0;
    for (int end = FLOATS.loopBound(n); i < end; i += FLOATS.length()) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, at + i);
      FloatVector y = v.mul(v).mul(-cubic).sub(linear).mul(v);
      y = y.max(Exponential.LOWEST).min(Exponential.HIGHEST);
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
      v.div(e.add(1)).intoArray(x, at + i);
    }
    for (; i < n; i++) {
      double v = x[at + i];
      x[at + i] = (float) (v / (1 + Math.exp(-(linear * v + cubic * v * v * v))));
    }
  }

  /// Replaces `n` elements by `x` times the share of a normal distribution below `x`.
  public static void gelu(float[] x, int at, int n) {
    int i = 0;
    for (int end = FLOATS.loopBound(n); i < end; i += FLOATS.length()) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, at + i);
      FloatVector z = v.abs();
      FloatVector t = FloatVector.broadcast(FLOATS, 1).div(z.mul(STEP).add(1));
      FloatVector q = t.mul(P9).add(P8);
      q = q.fma(t, FloatVector.broadcast(FLOATS, P7));
      q = q.fma(t, FloatVector.broadcast(FLOATS, P6));
      q = q.fma(t, FloatVector.broadcast(FLOATS, P5));
      q = q.fma(t, FloatVector.broadcast(FLOATS, P4));
      q = q.fma(t, FloatVector.broadcast(FLOATS, P3));
      q = q.fma(t, FloatVector.broadcast(FLOATS, P2));
      q = q.fma(t, FloatVector.broadcast(FLOATS, P1));
      q = q.fma(t, FloatVector.broadcast(FLOATS, P0));
      FloatVector y = z.mul(z).mul(-0.5f).add(q).max(Exponential.LOWEST);
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
      FloatVector tail = v.mul(t.mul(e)); // what is above z, times x
      v.sub(tail).blend(tail, v.compare(VectorOperators.LT, 0)).intoArray(x, at + i);
    }
    for (; i < n; i++) {
      x[at + i] = gelu(x[at + i]);
    }
  }

  private static float gelu(float x) {
    double z = Math.abs((double) x);
    double t = 1 / (1 + STEP * z);
    double q = P9 * t + P8;
    q = q * t + P7;
    q = q * t + P6;
    q = q * t + P5;
    q = q * t + P4;
    q = q * t + P3;
    q = q * t + P2;
    q = q * t + P1;
    q = q * t + P0;
    double tail = x * t * Math.exp(q - z * z / 2);
    return (float) (x < 0 ? tail : x - tail);
  }

  /// Replaces `n` elements by `max(x, 0)`.
  public static void relu(float[] x, int at, int n) {
    for (int i = 0; i < n; i++) {
      x[at + i] = Math.max(x[at + i], 0);
    }
  }

  /// Replaces `n` elements by `max(x, 0)²`.
  public static void reluSquared(float[] x, int at, int n) {
    for (int i = 0; i < n; i++) {
      float y = Math.max(x[at + i], 0);
      x[at + i] = y * y;
    }
  }

  /// Replaces `n` elements by `cap · tanh(x / cap)`.
  public static void softCap(float[] x, int at, int n, float cap) {
    for (int i = 0; i < n; i++) {
      x[at + i] = cap * (float) Math.tanh(x[at + i] / cap);
    }
  }
}
