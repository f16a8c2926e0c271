package dev.quern.quantizers.type;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [UnevenSearch] for sixteen groups of 32 weights at a time, each in a lane of its own.
final class UnevenLanes {
  /// Scale of each group.
  final float[] scales = new float[SubBlocks.COUNT];

  private final float[] x = new float[UnevenSearch.SIZE * SubBlocks.COUNT];
  private final float[] weights = new float[x.length];
  private final float[] farthest = new float[SubBlocks.COUNT];
  private final float[] inverses = new float[SubBlocks.COUNT];
  private final float[] sumsXq = new float[SubBlocks.COUNT];
  private final float[] sumsQ2 = new float[SubBlocks.COUNT];
  private final float[] bests = new float[SubBlocks.COUNT];

  /// Searches `count` groups of the weights from `source[at]`.
  void search(float[] source, int at, int count) {
    SubBlocks.transpose(source, at, UnevenSearch.SIZE, count, x);
    for (int i = 0; i < x.length; i++) {
      weights[i] = x[i] * x[i];
    }
    search();
  }

  /// As above, where errors count as `given[from]` and on say.
  void search(float[] source, int at, float[] given, int from, int count) {
    SubBlocks.transpose(source, at, UnevenSearch.SIZE, count, x);
    SubBlocks.transpose(given, from, UnevenSearch.SIZE, count, weights);
    search();
  }

  private void search() {
    for (int g = 0; g < SubBlocks.COUNT; g += Lanes.COUNT) {
      measure(g);
      start(g);
      for (int step = -UnevenSearch.STEPS; step <= UnevenSearch.STEPS; step++) {
        FloatVector.broadcast(Lanes.FLOATS, step + UnevenTable.FLOATS[0])
            .div(FloatVector.fromArray(Lanes.FLOATS, farthest, g))
            .intoArray(inverses, g);
        sum(g);
        keepBetter(g);
      }
    }
    for (int s = 0; s < SubBlocks.COUNT; s++) {
      if (Math.abs(farthest[s]) < SymmetricSearch.TINY) {
        scales[s] = 0;
      }
    }
  }

  /// Writes the levels of the 32 weights from `x[at]` as nibbles; with four lanes the last store
  /// spoils the four bytes behind them.
  static void putLevels(float[] x, int at, float inverse, byte[] out, int to) {
    for (int i = 0; i < 16; i += Lanes.COUNT) {
      FloatVector low = FloatVector.fromArray(Lanes.FLOATS, x, at + i).mul(inverse);
      FloatVector high = FloatVector.fromArray(Lanes.FLOATS, x, at + 16 + i).mul(inverse);
      IntVector q = IntVector.zero(Lanes.INTS);
      for (int k = 1; k < 16; k++) {
        float middle = UnevenTable.MIDDLES[k];
        IntVector zero = IntVector.zero(Lanes.INTS);
        q = zero.blend(1, low.compare(VectorOperators.GE, middle).cast(Lanes.INTS)).add(q);
        q = zero.blend(16, high.compare(VectorOperators.GE, middle).cast(Lanes.INTS)).add(q);
      }
      ((ByteVector) q.convertShape(VectorOperators.I2B, Lanes.BYTES, 0)).intoArray(out, to + i);
    }
  }

  private void measure(int g) {
    FloatVector peak = FloatVector.zero(Lanes.FLOATS);
    FloatVector far = peak;
    for (int i = g; i < x.length; i += SubBlocks.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, x, i);
      FloatVector magnitude = v.abs();
      VectorMask<Float> farther = magnitude.compare(VectorOperators.GT, peak);
      VectorMask<Float> nearer = farther.not();
      peak = magnitude.blend(peak, nearer);
      far = v.blend(far, nearer);
    }
    far.intoArray(farthest, g);
    FloatVector.broadcast(Lanes.FLOATS, 1f)
        .div(far.neg().div(UnevenTable.FLOATS[0]))
        .intoArray(inverses, g);
  }

  /// The levels for the inverse scales, summed up.
  private void sum(int g) {
    FloatVector inverse = FloatVector.fromArray(Lanes.FLOATS, inverses, g);
    FloatVector sumXq = FloatVector.zero(Lanes.FLOATS);
    FloatVector sumQ2 = sumXq;
    for (int i = g; i < x.length; i += SubBlocks.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, x, i);
      FloatVector level = inverse.mul(v);
      FloatVector q = FloatVector.broadcast(Lanes.FLOATS, -127f);
      q = q.blend(-104f, level.compare(VectorOperators.GE, -115.5f));
      q = q.blend(-83f, level.compare(VectorOperators.GE, -93.5f));
      q = q.blend(-65f, level.compare(VectorOperators.GE, -74f));
      q = q.blend(-49f, level.compare(VectorOperators.GE, -57f));
      q = q.blend(-35f, level.compare(VectorOperators.GE, -42f));
      q = q.blend(-22f, level.compare(VectorOperators.GE, -28.5f));
      q = q.blend(-10f, level.compare(VectorOperators.GE, -16f));
      q = q.blend(1f, level.compare(VectorOperators.GE, -4.5f));
      q = q.blend(13f, level.compare(VectorOperators.GE, 7f));
      q = q.blend(25f, level.compare(VectorOperators.GE, 19f));
      q = q.blend(38f, level.compare(VectorOperators.GE, 31.5f));
      q = q.blend(53f, level.compare(VectorOperators.GE, 45.5f));
      q = q.blend(69f, level.compare(VectorOperators.GE, 61f));
      q = q.blend(89f, level.compare(VectorOperators.GE, 79f));
      q = q.blend(113f, level.compare(VectorOperators.GE, 101f));
      FloatVector wq = FloatVector.fromArray(Lanes.FLOATS, weights, i).mul(q);
      sumXq = wq.mul(v).add(sumXq);
      sumQ2 = wq.mul(q).add(sumQ2);
    }
    sumXq.intoArray(sumsXq, g);
    sumQ2.intoArray(sumsQ2, g);
  }

  private void start(int g) {
    sum(g);
    for (int s = g; s < g + Lanes.COUNT; s++) {
      scales[s] = sumsQ2[s] > 0 ? sumsXq[s] / sumsQ2[s] : 0;
      bests[s] = scales[s] * sumsXq[s];
    }
  }

  private void keepBetter(int g) {
    FloatVector sumXq = FloatVector.fromArray(Lanes.FLOATS, sumsXq, g);
    FloatVector sumQ2 = FloatVector.fromArray(Lanes.FLOATS, sumsQ2, g);
    FloatVector best = FloatVector.fromArray(Lanes.FLOATS, bests, g);
    VectorMask<Float> better =
        sumXq
            .mul(sumXq)
            .compare(VectorOperators.GT, best.mul(sumQ2))
            .and(sumQ2.compare(VectorOperators.GT, 0f));
    FloatVector scale = sumXq.div(sumQ2);
    best.blend(scale.mul(sumXq), better).intoArray(bests, g);
    FloatVector.fromArray(Lanes.FLOATS, scales, g).blend(scale, better).intoArray(scales, g);
  }
}
