package dev.quern.engine.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The gated unit of a feed-forward part: `gate / (1 + e^-gate) * up`.
public final class SwiGlu {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

  private static final int EXERCISED = 512;

  static final Twin TWIN =
      new Twin() {
        @Override
        int exercise() {
          lanes(new float[EXERCISED], 0, new float[EXERCISED], 0, EXERCISED);
          return Exponential.OPERATIONS * EXERCISED;
        }
      };

  private SwiGlu() {}

  /// Writes the unit over `n` gates from `at`; `up` starts at `from`.
  public static void apply(float[] gate, int at, float[] up, int from, int n) {
    int inLanes = FLOATS.loopBound(n);
    if (TWIN.compiled()) {
      lanes(gate, at, up, from, inLanes);
    } else {
      scalar(gate, at, up, from, inLanes);
    }
    for (int i = inLanes; i < n; i++) {
      float g = gate[at + i];
      gate[at + i] = g / (1 + (float) Math.exp(-g)) * up[from + i];
    }
  }

  static void scalar(float[] gate, int at, float[] up, int from, int n) {
    for (int i = 0; i < n; i++) {
      float g = gate[at + i];
      float x = Math.min(Math.max(-g, Exponential.LOWEST), Exponential.HIGHEST);
      gate[at + i] = g / (Exponential.of(x) + 1) * up[from + i];
    }
  }

  static void lanes(float[] gate, int at, float[] up, int from, int n) {
    for (int i = 0; i < n; i += FLOATS.length()) {
      FloatVector g = FloatVector.fromArray(FLOATS, gate, at + i);
      FloatVector x = g.neg().max(Exponential.LOWEST).min(Exponential.HIGHEST);
      FloatVector n2 = x.mul(Exponential.LOG2_E).add(Exponential.ROUND).sub(Exponential.ROUND);
      FloatVector r = n2.mul(-Exponential.LN2_HIGH).add(x);
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
      g.div(e.add(1)).mul(FloatVector.fromArray(FLOATS, up, from + i)).intoArray(gate, at + i);
    }
  }
}
