package dev.quern.quantizers.type;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [FittedScales] with each factor that is tried in a lane of its own, then each level that may
/// move.
final class FittedLanes extends FittedScales {
  private static final int SIZE = 32; // the most scales, and room for all factors
  private static final int TRIES = 9;

  // the first try is the one whose levels are bytes
  private static final float[] STEPS = new float[SIZE];
  private static final int[] KEPT = new int[SIZE];

  static {
    for (int c = 1; c < SIZE; c++) {
      STEPS[c] = c < 5 ? c - 5 : c - 4;
      KEPT[c] = -1;
    }
    KEPT[0] = AS_BYTES;
  }

  private final float[] inverses = new float[SIZE];
  private final float[] errors = new float[SIZE];
  private final int[] tops = new int[SIZE];

  // the scales and their weights, copied so that vectors do not reach beyond them
  private final float[] xs = new float[SIZE];
  private final float[] ws = new float[SIZE];

  // of the levels that may move: where to, and the sums then
  private final int[] moved = new int[SIZE];
  private final float[] movedXl = new float[SIZE];
  private final float[] movedL2 = new float[SIZE];

  @Override
  float bestInverse(float[] x, int at, int n, int top, float[] weights, float max) {
    System.arraycopy(x, at, xs, 0, n);
    System.arraycopy(weights, at, ws, 0, n);
    tops[0] = AS_BYTES;
    for (int c = 1; c < TRIES; c++) {
      tops[c] = top;
    }
    for (int c = 0; c < TRIES; c += Lanes.COUNT) {
      tryFactors(c, n, top, max);
    }
    int best = 0;
    for (int c = 1; c < TRIES; c++) {
      best = errors[c] < errors[best] ? c : best;
    }
    return inverses[best];
  }

  private void tryFactors(int c, int n, int top, float max) {
    FloatVector inverse = FloatVector.fromArray(Lanes.FLOATS, STEPS, c).mul(0.1f).add(top).div(max);
    FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, 1).div(inverse);
    IntVector kept = IntVector.fromArray(Lanes.INTS, KEPT, c);
    IntVector most = IntVector.fromArray(Lanes.INTS, tops, c);
    FloatVector sum = FloatVector.zero(Lanes.FLOATS);
    for (int i = 0; i < n; i++) {
      IntVector level =
          inverse
              .mul(xs[i])
              .add(Rounding.MAGIC)
              .reinterpretAsInts()
              .and(0x007fffff)
              .sub(0x00400000)
              .and(kept)
              .min(most);
      FloatVector difference =
          FloatVector.broadcast(Lanes.FLOATS, xs[i])
              .sub(
                  ((FloatVector) level.convertShape(VectorOperators.I2F, Lanes.FLOATS, 0))
                      .mul(scale));
      sum = difference.mul(ws[i]).mul(difference).add(sum);
    }
    inverse.intoArray(inverses, c);
    FloatVector.zero(Lanes.FLOATS).add(sum).intoArray(errors, c);
  }

  /// Until a level moves the sums stay, so all that follow are looked at together.
  @Override
  boolean improve(float[] x, int at, int n, int top, float[] weights) {
    boolean changed = false;
    for (int i = 0; i < n; i += Lanes.COUNT) {
      long left = -1L >>> -Math.min(n - i, Lanes.COUNT);
      for (long better = better(i, top) & left; better != 0; better = better(i, top) & left) {
        int lane = Long.numberOfTrailingZeros(better);
        levels[i + lane] = moved[i + lane] & 0xff;
        sumXl = movedXl[i + lane];
        sumL2 = movedL2[i + lane];
        changed = true;
        left &= -2L << lane;
      }
    }
    return changed;
  }

  /// A bit for each level from `levels[i]` that is better moved.
  private long better(int i, int top) {
    FloatVector x = FloatVector.fromArray(Lanes.FLOATS, xs, i);
    FloatVector w = FloatVector.fromArray(Lanes.FLOATS, ws, i);
    IntVector level = IntVector.fromArray(Lanes.INTS, levels, i);
    FloatVector q = (FloatVector) level.convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
    FloatVector wx = w.mul(x);
    FloatVector xl = FloatVector.broadcast(Lanes.FLOATS, sumXl).sub(wx.mul(q));
    FloatVector l2 = FloatVector.broadcast(Lanes.FLOATS, sumL2).sub(w.mul(q).mul(q));
    IntVector other =
        x.mul(l2)
            .div(xl)
            .add(Rounding.MAGIC)
            .reinterpretAsInts()
            .and(0x007fffff)
            .sub(0x00400000)
            .min(top);
    FloatVector p = (FloatVector) other.convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
    FloatVector newXl = xl.add(wx.mul(p));
    FloatVector newL2 = l2.add(w.mul(p).mul(p));
    VectorMask<Float> better =
        newXl
            .mul(newXl)
            .mul(sumL2)
            .compare(VectorOperators.GT, newL2.mul(sumXl * sumXl))
            .and(xl.compare(VectorOperators.GT, 0f))
            .and(l2.compare(VectorOperators.GT, 0f));
    other.intoArray(moved, i);
    newXl.intoArray(movedXl, i);
    newL2.intoArray(movedL2, i);
    return better.toLong() & other.compare(VectorOperators.NE, level).toLong();
  }
}
