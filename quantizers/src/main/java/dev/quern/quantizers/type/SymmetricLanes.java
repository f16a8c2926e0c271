package dev.quern.quantizers.type;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [SymmetricSearch#scale] for sixteen sub-blocks at a time, each in a lane of its own.
///
/// A lane remembers the inverse scale of its best candidate instead of the levels. No value leaves
/// the range in which rounding in the bits of `value + MAGIC` is the reference's, because the
/// farthest weight is mapped to `-reach` and a little.
final class SymmetricLanes {
  private static final int ZERO_BITS = 0x4b400000; // of MAGIC

  private final int least;
  private final int greatest;

  /// Scale of each sub-block.
  final float[] scales = new float[SubBlocks.COUNT];

  private final int reach;
  private final int size;
  private final float[] x;
  private final float[] weights;
  private final float[] products;
  private final float[] farthest = new float[SubBlocks.COUNT];

  // of three steps
  private final float[] inverses = new float[3 * SubBlocks.COUNT];
  private final float[] sumsXl = new float[3 * SubBlocks.COUNT];
  private final float[] sumsL2 = new float[3 * SubBlocks.COUNT];

  // the best one so far
  private final float[] bests = new float[SubBlocks.COUNT];
  private final float[] winningInverses = new float[SubBlocks.COUNT];

  /// For sub-blocks of 16.
  SymmetricLanes(int reach) {
    this(reach, SymmetricSearch.SIZE);
  }

  SymmetricLanes(int reach, int size) {
    this.reach = reach;
    this.least = ZERO_BITS - reach;
    this.greatest = ZERO_BITS + reach - 1;
    this.size = size;
    this.x = new float[Lanes.START + size * SubBlocks.COUNT];
    this.weights = new float[x.length];
    this.products = new float[x.length];
  }

  /// Searches the 256 weights from `source[at]`.
  void search(float[] source, int at) {
    SubBlocks.transpose(source, at, size, SubBlocks.COUNT, x, Lanes.START, SubBlocks.COUNT);
    for (int g = 0; g < SubBlocks.COUNT; g += Lanes.COUNT) {
      square(g);
    }
    search();
  }

  /// Searches `count` sub-blocks from `source[at]`, where errors count as `given[from]` and on say.
  void search(float[] source, int at, float[] given, int from, int count) {
    SubBlocks.transpose(source, at, size, count, x, Lanes.START, SubBlocks.COUNT);
    SubBlocks.transpose(given, from, size, count, weights, Lanes.START, SubBlocks.COUNT);
    search();
  }

  private void search() {
    for (int g = 0; g < SubBlocks.COUNT; g += Lanes.COUNT) {
      measure(g);
      start(g);
      for (int step = -9; step < 9; step += 3) {
        tryThree(g, step < 0 ? step : step + 1); // there is no step 0
      }
    }
    for (int s = 0; s < SubBlocks.COUNT; s++) {
      if (Math.abs(farthest[s]) < SymmetricSearch.TINY) {
        scales[s] = 0;
      }
    }
  }

  /// The levels, plus the reach, that the search found for sub-block `s`.
  void putLevels(int s, int[] to, int at) {
    boolean tiny = Math.abs(farthest[s]) < SymmetricSearch.TINY;
    for (int i = 0; i < size; i++) {
      int level = Rounding.nearest(winningInverses[s] * x[Lanes.START + SubBlocks.COUNT * i + s]);
      to[at + i] = tiny ? 0 : Math.max(-reach, Math.min(reach - 1, level)) + reach;
    }
  }

  private void square(int g) {
    for (int i = Lanes.START + g; i < x.length; i += SubBlocks.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, x, i);
      v.mul(v).intoArray(weights, i);
    }
  }

  private void measure(int g) {
    FloatVector peak = FloatVector.zero(Lanes.FLOATS);
    FloatVector far = peak;
    for (int i = Lanes.START + g; i < x.length; i += SubBlocks.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, x, i);
      FloatVector magnitude = v.abs();
      VectorMask<Float> farther = magnitude.compare(VectorOperators.GT, peak);
      VectorMask<Float> nearer = farther.not();
      peak = magnitude.blend(peak, nearer);
      far = v.blend(far, nearer);
      FloatVector.fromArray(Lanes.FLOATS, weights, i).mul(v).intoArray(products, i);
    }
    far.intoArray(farthest, g);
  }

  /// Takes the scale that maps the farthest weight to `-reach` for the best candidate.
  private void start(int g) {
    FloatVector inverse =
        FloatVector.broadcast(Lanes.FLOATS, (float) -reach)
            .div(FloatVector.fromArray(Lanes.FLOATS, farthest, g));
    FloatVector sumXl = FloatVector.zero(Lanes.FLOATS);
    FloatVector sumL2 = sumXl;
    for (int i = Lanes.START + g; i < x.length; i += SubBlocks.COUNT) {
      FloatVector l =
          inverse
              .mul(FloatVector.fromArray(Lanes.FLOATS, x, i))
              .add(Rounding.MAGIC)
              .reinterpretAsInts()
              .max(least)
              .min(greatest)
              .reinterpretAsFloats()
              .sub(Rounding.MAGIC);
      sumXl = FloatVector.fromArray(Lanes.FLOATS, products, i).mul(l).add(sumXl);
      sumL2 = FloatVector.fromArray(Lanes.FLOATS, weights, i).mul(l).mul(l).add(sumL2);
    }
    FloatVector scale = sumXl.div(sumL2).blend(0f, sumL2.compare(VectorOperators.EQ, 0f));
    scale.intoArray(scales, g);
    scale.mul(sumXl).intoArray(bests, g);
    inverse.intoArray(winningInverses, g);
  }

  /// Tries step `step` and the two that follow it. They are summed up at the same time, so that one
  /// need not wait for the other.
  // written out three times: C2 would box the vectors of a helper
  private void tryThree(int g, int step) {
    FloatVector far = FloatVector.fromArray(Lanes.FLOATS, farthest, g);
    FloatVector inverseA = FloatVector.broadcast(Lanes.FLOATS, top(step)).div(far);
    FloatVector inverseB = FloatVector.broadcast(Lanes.FLOATS, top(step + 1)).div(far);
    FloatVector inverseC = FloatVector.broadcast(Lanes.FLOATS, top(step + 2)).div(far);
    FloatVector xlA = FloatVector.zero(Lanes.FLOATS);
    FloatVector xlB = xlA;
    FloatVector xlC = xlA;
    FloatVector l2A = xlA;
    FloatVector l2B = xlA;
    FloatVector l2C = xlA;
    for (int i = Lanes.START + g; i < x.length; i += SubBlocks.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, x, i);
      FloatVector p = FloatVector.fromArray(Lanes.FLOATS, products, i);
      FloatVector w = FloatVector.fromArray(Lanes.FLOATS, weights, i);
      IntVector bitsA = inverseA.mul(v).add(Rounding.MAGIC).reinterpretAsInts();
      FloatVector lA = bitsA.max(least).min(greatest).reinterpretAsFloats().sub(Rounding.MAGIC);
      xlA = p.mul(lA).add(xlA);
      l2A = w.mul(lA).mul(lA).add(l2A);
      IntVector bitsB = inverseB.mul(v).add(Rounding.MAGIC).reinterpretAsInts();
      FloatVector lB = bitsB.max(least).min(greatest).reinterpretAsFloats().sub(Rounding.MAGIC);
      xlB = p.mul(lB).add(xlB);
      l2B = w.mul(lB).mul(lB).add(l2B);
      IntVector bitsC = inverseC.mul(v).add(Rounding.MAGIC).reinterpretAsInts();
      FloatVector lC = bitsC.max(least).min(greatest).reinterpretAsFloats().sub(Rounding.MAGIC);
      xlC = p.mul(lC).add(xlC);
      l2C = w.mul(lC).mul(lC).add(l2C);
    }
    inverseA.intoArray(inverses, g);
    xlA.intoArray(sumsXl, g);
    l2A.intoArray(sumsL2, g);
    inverseB.intoArray(inverses, SubBlocks.COUNT + g);
    xlB.intoArray(sumsXl, SubBlocks.COUNT + g);
    l2B.intoArray(sumsL2, SubBlocks.COUNT + g);
    inverseC.intoArray(inverses, 2 * SubBlocks.COUNT + g);
    xlC.intoArray(sumsXl, 2 * SubBlocks.COUNT + g);
    l2C.intoArray(sumsL2, 2 * SubBlocks.COUNT + g);
    FloatVector best = FloatVector.fromArray(Lanes.FLOATS, bests, g);
    FloatVector scale = FloatVector.fromArray(Lanes.FLOATS, scales, g);
    FloatVector winner = FloatVector.fromArray(Lanes.FLOATS, winningInverses, g);
    for (int k = g; k < sumsXl.length; k += SubBlocks.COUNT) {
      FloatVector sumXl = FloatVector.fromArray(Lanes.FLOATS, sumsXl, k);
      FloatVector sumL2 = FloatVector.fromArray(Lanes.FLOATS, sumsL2, k);
      VectorMask<Float> better =
          sumXl
              .mul(sumXl)
              .compare(VectorOperators.GT, sumL2.mul(best))
              .and(sumL2.compare(VectorOperators.GT, 0f));
      FloatVector newScale = sumXl.div(sumL2);
      VectorMask<Float> worse = better.not();
      best = newScale.mul(sumXl).blend(best, worse);
      scale = newScale.blend(scale, worse);
      winner = FloatVector.fromArray(Lanes.FLOATS, inverses, k).blend(winner, worse);
    }
    best.intoArray(bests, g);
    scale.intoArray(scales, g);
    winner.intoArray(winningInverses, g);
  }

  private float top(int step) {
    return -(reach + 0.1f * step);
  }
}
