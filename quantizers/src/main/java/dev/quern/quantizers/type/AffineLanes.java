package dev.quern.quantizers.type;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [AffineSearch] for 32 sub-blocks at a time, each in a lane of its own.
///
/// That is more than a vector holds, so that one vector's sums are under way while another's step
/// waits for its last division.
///
/// Instead of copying the levels of the best candidate, a lane remembers what they were computed
/// from. A level is rounded and bounded in the bits of `value + MAGIC`, which grow with it; that is
/// the reference's result as long as the value is within ±4194303. The rare lanes where it is not
/// (ranges near the smallest float) are reported by [#hasOdd] and left to the scalar search.
final class AffineLanes {
  /// Sub-blocks that are searched at a time.
  static final int COUNT = 2 * SubBlocks.COUNT;

  private static final int ZERO_BITS = 0x4b400000; // of MAGIC
  private static final int LIMIT_BITS = 0x4a7ffffc; // of 4194303

  /// Scale of each sub-block.
  final float[] scales = new float[COUNT];

  /// How far the minimum of each sub-block lies below zero.
  final float[] depths = new float[COUNT];

  private final AffineSearch.Plan plan;
  private final float[] x;
  private final float[] weights;
  private final float[] levels;
  private final float[] lows = new float[COUNT];
  private final float[] highs = new float[COUNT];
  private final float[] mins = new float[COUNT];
  private final float[] weightSums = new float[COUNT];
  private final float[] valueSums = new float[COUNT];
  private final int[] farthest = new int[COUNT];

  // the candidate
  private final float[] inverses = new float[COUNT];
  private final float[] newScales = new float[COUNT];
  private final float[] newMins = new float[COUNT];
  private final float[] errors = new float[COUNT];

  // the best one so far
  private final float[] bestErrors = new float[COUNT];
  private final float[] winningInverses = new float[COUNT];
  private final float[] winningMins = new float[COUNT];
  private long odd;

  AffineLanes(AffineSearch.Plan plan) {
    this.plan = plan;
    this.x = new float[Lanes.START + plan.size() * COUNT];
    this.weights = new float[x.length];
    this.levels = new float[x.length];
  }

  /// Searches `count` sub-blocks of the weights from `source[at]`.
  void search(float[] source, int at, int count) {
    transpose(source, at, count, x);
    for (int g = 0; g < count; g += Lanes.COUNT) {
      if (plan.absolute()) {
        weighByMagnitude(x, weights, g);
      } else {
        weighByRms(x, weights, plan.size(), g);
      }
    }
    search(count);
  }

  /// As above, where errors count as `given[from]` and on say.
  void search(float[] source, int at, float[] given, int from, int count) {
    transpose(source, at, count, x);
    transpose(given, from, count, weights);
    search(count);
  }

  private void transpose(float[] from, int at, int count, float[] to) {
    int half = SubBlocks.COUNT;
    SubBlocks.transpose(from, at, plan.size(), Math.min(half, count), to, Lanes.START, COUNT);
    if (count > half) {
      SubBlocks.transpose(
          from, at + half * plan.size(), plan.size(), count - half, to, Lanes.START + half, COUNT);
    }
  }

  private void search(int count) {
    for (int g = 0; g < count; g += Lanes.COUNT) {
      measure(g);
      sum(g, plan.top());
      startFromRange(g);
    }
    for (int step = 0; step <= plan.steps(); step++) {
      attempt(plan.reach(step), count);
    }
    odd = 0;
    for (int g = 0; g < count; g += Lanes.COUNT) {
      odd |= finish(g) << g;
    }
  }

  private void attempt(float reach, int count) {
    for (int g = 0; g < count; g += Lanes.COUNT) {
      sum(g, reach);
    }
    for (int g = 0; g < count; g += Lanes.COUNT) {
      addErrors(g);
    }
    for (int g = 0; g < count; g += Lanes.COUNT) {
      keepBetter(g);
    }
  }

  /// True if any of `count` sub-blocks from `s` needs the scalar search.
  boolean hasOdd(int s, int count) {
    return (odd >>> s & (1L << count) - 1) != 0;
  }

  /// The levels that the search found for sub-block `s`.
  void putLevels(int s, int[] to, int at) {
    for (int i = 0; i < plan.size(); i++) {
      float v = winningInverses[s] * (x[Lanes.START + COUNT * i + s] - winningMins[s]);
      to[at + i] = Math.max(0, Math.min(plan.top(), Rounding.nearest(v)));
    }
  }

  private static void weighByMagnitude(float[] x, float[] weights, int g) {
    for (int i = Lanes.START + g; i < x.length; i += COUNT) {
      FloatVector.fromArray(Lanes.FLOATS, x, i).abs().intoArray(weights, i);
    }
  }

  private static void weighByRms(float[] x, float[] weights, float size, int g) {
    FloatVector sum = FloatVector.zero(Lanes.FLOATS);
    for (int i = Lanes.START + g; i < x.length; i += COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, x, i);
      sum = v.mul(v).add(sum);
    }
    FloatVector mean = sum.div(size).sqrt();
    for (int i = Lanes.START + g; i < x.length; i += COUNT) {
      mean.add(FloatVector.fromArray(Lanes.FLOATS, x, i).abs()).intoArray(weights, i);
    }
  }

  /// The range of the weights, and their weighted sums.
  private void measure(int g) {
    FloatVector low = FloatVector.fromArray(Lanes.FLOATS, x, Lanes.START + g);
    FloatVector high = low;
    FloatVector sumW = FloatVector.fromArray(Lanes.FLOATS, weights, Lanes.START + g);
    FloatVector sumX = sumW.mul(low);
    for (int i = Lanes.START + COUNT + g; i < x.length; i += COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, x, i);
      FloatVector w = FloatVector.fromArray(Lanes.FLOATS, weights, i);
      low = v.blend(low, v.compare(VectorOperators.LT, low).not());
      high = v.blend(high, v.compare(VectorOperators.GT, high).not());
      sumW = w.add(sumW);
      sumX = w.mul(v).add(sumX);
    }
    low.intoArray(lows, g);
    high.intoArray(highs, g);
    sumW.intoArray(weightSums, g);
    sumX.intoArray(valueSums, g);
    low.blend(0f, low.compare(VectorOperators.GT, 0f)).intoArray(mins, g);
    IntVector.zero(Lanes.INTS).intoArray(farthest, g);
  }

  /// The levels for a range that reaches up to `reach`, and the scale and minimum that fit them
  /// best; a scale of NaN if none does.
  private void sum(int g, float reach) {
    FloatVector min = FloatVector.fromArray(Lanes.FLOATS, mins, g);
    FloatVector range = FloatVector.fromArray(Lanes.FLOATS, highs, g).sub(min);
    FloatVector inverse = FloatVector.broadcast(Lanes.FLOATS, reach).div(range);
    FloatVector sumL = FloatVector.zero(Lanes.FLOATS);
    FloatVector sumL2 = sumL;
    FloatVector sumXl = sumL;
    int top = ZERO_BITS + plan.top();
    for (int i = Lanes.START + g; i < x.length; i += COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, x, i);
      FloatVector l =
          inverse
              .mul(v.sub(min))
              .add(Rounding.MAGIC)
              .reinterpretAsInts()
              .max(ZERO_BITS)
              .min(top)
              .reinterpretAsFloats()
              .sub(Rounding.MAGIC);
      l.intoArray(levels, i);
      FloatVector wl = FloatVector.fromArray(Lanes.FLOATS, weights, i).mul(l);
      sumL = wl.add(sumL);
      sumL2 = wl.mul(l).add(sumL2);
      sumXl = wl.mul(v).add(sumXl);
    }
    FloatVector sumW = FloatVector.fromArray(Lanes.FLOATS, weightSums, g);
    FloatVector sumX = FloatVector.fromArray(Lanes.FLOATS, valueSums, g);
    FloatVector determinant = sumW.mul(sumL2).sub(sumL.mul(sumL));
    FloatVector newMin = sumX.mul(sumL2).sub(sumL.mul(sumXl)).div(determinant);
    VectorMask<Float> above = newMin.compare(VectorOperators.GT, 0f);
    sumW.mul(sumXl)
        .sub(sumX.mul(sumL))
        .div(determinant)
        .blend(sumXl.div(sumL2), above)
        .blend(Float.NaN, determinant.compare(VectorOperators.GT, 0f).not())
        .intoArray(newScales, g);
    newMin.blend(0f, above).intoArray(newMins, g);
    inverse.intoArray(inverses, g);
    IntVector.fromArray(Lanes.INTS, farthest, g)
        .max(inverse.mul(range).reinterpretAsInts().and(0x7fffffff))
        .max(
            inverse
                .mul(FloatVector.fromArray(Lanes.FLOATS, lows, g).sub(min))
                .reinterpretAsInts()
                .and(0x7fffffff))
        .intoArray(farthest, g);
  }

  /// Takes the range itself for the best candidate.
  private void startFromRange(int g) {
    FloatVector inverse = FloatVector.fromArray(Lanes.FLOATS, inverses, g);
    FloatVector min = FloatVector.fromArray(Lanes.FLOATS, mins, g);
    FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, 1f).div(inverse);
    scale.intoArray(newScales, g);
    min.intoArray(newMins, g);
    addErrors(g);
    FloatVector.fromArray(Lanes.FLOATS, errors, g).intoArray(bestErrors, g);
    scale.intoArray(scales, g);
    inverse.intoArray(winningInverses, g);
    min.intoArray(winningMins, g);
  }

  private void addErrors(int g) {
    if (plan.absolute()) {
      addMagnitudes(g);
    } else {
      addSquares(g);
    }
  }

  private void addSquares(int g) {
    FloatVector scale = FloatVector.fromArray(Lanes.FLOATS, newScales, g);
    FloatVector min = FloatVector.fromArray(Lanes.FLOATS, newMins, g);
    FloatVector sum = FloatVector.zero(Lanes.FLOATS);
    for (int i = Lanes.START + g; i < x.length; i += COUNT) {
      FloatVector l = FloatVector.fromArray(Lanes.FLOATS, levels, i);
      FloatVector difference = scale.mul(l).add(min).sub(FloatVector.fromArray(Lanes.FLOATS, x, i));
      FloatVector w = FloatVector.fromArray(Lanes.FLOATS, weights, i);
      sum = w.mul(difference.mul(difference)).add(sum);
    }
    sum.intoArray(errors, g);
  }

  private void addMagnitudes(int g) {
    FloatVector scale = FloatVector.fromArray(Lanes.FLOATS, newScales, g);
    FloatVector min = FloatVector.fromArray(Lanes.FLOATS, newMins, g);
    FloatVector sum = FloatVector.zero(Lanes.FLOATS);
    for (int i = Lanes.START + g; i < x.length; i += COUNT) {
      FloatVector l = FloatVector.fromArray(Lanes.FLOATS, levels, i);
      FloatVector difference = scale.mul(l).add(min).sub(FloatVector.fromArray(Lanes.FLOATS, x, i));
      FloatVector w = FloatVector.fromArray(Lanes.FLOATS, weights, i);
      sum = w.mul(difference.abs()).add(sum);
    }
    sum.intoArray(errors, g);
  }

  private void keepBetter(int g) {
    FloatVector error = FloatVector.fromArray(Lanes.FLOATS, errors, g);
    FloatVector best = FloatVector.fromArray(Lanes.FLOATS, bestErrors, g);
    VectorMask<Float> better = error.compare(VectorOperators.LT, best);
    FloatVector min = FloatVector.fromArray(Lanes.FLOATS, mins, g);
    best.blend(error, better).intoArray(bestErrors, g);
    FloatVector.fromArray(Lanes.FLOATS, scales, g)
        .blend(FloatVector.fromArray(Lanes.FLOATS, newScales, g), better)
        .intoArray(scales, g);
    FloatVector.fromArray(Lanes.FLOATS, winningInverses, g)
        .blend(FloatVector.fromArray(Lanes.FLOATS, inverses, g), better)
        .intoArray(winningInverses, g);
    FloatVector.fromArray(Lanes.FLOATS, winningMins, g)
        .blend(min, better)
        .intoArray(winningMins, g);
    min.blend(FloatVector.fromArray(Lanes.FLOATS, newMins, g), better).intoArray(mins, g);
  }

  /// Clears the lanes whose weights are all the same and not above zero; the bits of the result are
  /// the odd ones of the others.
  private long finish(int g) {
    long lanes = 0;
    for (int s = g; s < g + Lanes.COUNT; s++) {
      depths[s] = -mins[s];
      if (highs[s] == lows[s] && highs[s] <= 0) {
        scales[s] = 0;
        winningInverses[s] = 0;
        depths[s] = -lows[s];
      } else if (farthest[s] > LIMIT_BITS) {
        lanes |= 1L << (s - g);
      }
    }
    return lanes;
  }
}
