package dev.quern.quantizers.type;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [SymmetricSearch#scale] for sixteen sub-blocks at a time, each in a lane of its own.
///
/// A lane remembers the inverse scale of its best candidate instead of the levels. No value leaves
/// the range in which rounding in the bits of `value + MAGIC` is the reference's, because the
/// farthest weight is mapped to `-reach` and a little.
final class SymmetricLanes {
  private static final int ZERO_BITS = 0x4b400000; // of MAGIC

  /// Scale of each sub-block.
  final float[] scales = new float[SubBlocks.COUNT];

  private final int reach;
  private final int size;
  private final float[] x;
  private final float[] weights;
  private final float[] products;
  private final float[] farthest = new float[SubBlocks.COUNT];
  private final float[] inverses = new float[SubBlocks.COUNT];
  private final float[] sumsXl = new float[SubBlocks.COUNT];
  private final float[] sumsL2 = new float[SubBlocks.COUNT];
  private final float[] bests = new float[SubBlocks.COUNT];
  private final float[] winningInverses = new float[SubBlocks.COUNT];

  /// For sub-blocks of 16.
  SymmetricLanes(int reach) {
    this(reach, SymmetricSearch.SIZE);
  }

  SymmetricLanes(int reach, int size) {
    this.reach = reach;
    this.size = size;
    this.x = new float[size * SubBlocks.COUNT];
    this.weights = new float[x.length];
    this.products = new float[x.length];
  }

  /// Searches the 256 weights from `source[at]`.
  void search(float[] source, int at) {
    SubBlocks.transpose(source, at, size, SubBlocks.COUNT, x);
    for (int i = 0; i < x.length; i++) {
      weights[i] = x[i] * x[i];
    }
    search();
  }

  /// Searches `count` sub-blocks from `source[at]`, where errors count as `given[from]` and on say.
  void search(float[] source, int at, float[] given, int from, int count) {
    SubBlocks.transpose(source, at, size, count, x);
    SubBlocks.transpose(given, from, size, count, weights);
    search();
  }

  private void search() {
    for (int g = 0; g < SubBlocks.COUNT; g += Lanes.COUNT) {
      measure(g);
      sum(g, -reach);
      start(g);
      for (int step = -9; step <= 9; step++) {
        if (step != 0) {
          sum(g, -(reach + 0.1f * step));
          keepBetter(g);
        }
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
      int level = Rounding.nearest(winningInverses[s] * x[SubBlocks.COUNT * i + s]);
      to[at + i] = tiny ? 0 : Math.max(-reach, Math.min(reach - 1, level)) + reach;
    }
  }

  private void measure(int g) {
    FloatVector peak = FloatVector.zero(Lanes.FLOATS);
    FloatVector far = peak;
    for (int i = g; i < x.length; i += SubBlocks.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, x, i);
      FloatVector magnitude = v.abs();
      VectorMask<Float> farther = magnitude.compare(VectorOperators.GT, peak);
      peak = peak.blend(magnitude, farther);
      far = far.blend(v, farther);
      FloatVector.fromArray(Lanes.FLOATS, weights, i).mul(v).intoArray(products, i);
    }
    far.intoArray(farthest, g);
  }

  /// The levels for the scale that maps the farthest weight to `top`, summed up.
  private void sum(int g, float top) {
    FloatVector inverse =
        FloatVector.broadcast(Lanes.FLOATS, top)
            .div(FloatVector.fromArray(Lanes.FLOATS, farthest, g));
    FloatVector sumXl = FloatVector.zero(Lanes.FLOATS);
    FloatVector sumL2 = sumXl;
    int least = ZERO_BITS - reach;
    int greatest = ZERO_BITS + reach - 1;
    for (int i = g; i < x.length; i += SubBlocks.COUNT) {
      FloatVector l =
          inverse
              .mul(FloatVector.fromArray(Lanes.FLOATS, x, i))
              .add(Rounding.MAGIC)
              .reinterpretAsInts()
              .max(least)
              .min(greatest)
              .reinterpretAsFloats()
              .sub(Rounding.MAGIC);
      sumXl = sumXl.add(FloatVector.fromArray(Lanes.FLOATS, products, i).mul(l));
      sumL2 = sumL2.add(FloatVector.fromArray(Lanes.FLOATS, weights, i).mul(l).mul(l));
    }
    inverse.intoArray(inverses, g);
    sumXl.intoArray(sumsXl, g);
    sumL2.intoArray(sumsL2, g);
  }

  private void start(int g) {
    for (int s = g; s < g + Lanes.COUNT; s++) {
      scales[s] = sumsL2[s] != 0 ? sumsXl[s] / sumsL2[s] : 0;
      bests[s] = scales[s] * sumsXl[s];
      winningInverses[s] = inverses[s];
    }
  }

  private void keepBetter(int g) {
    FloatVector sumXl = FloatVector.fromArray(Lanes.FLOATS, sumsXl, g);
    FloatVector sumL2 = FloatVector.fromArray(Lanes.FLOATS, sumsL2, g);
    FloatVector best = FloatVector.fromArray(Lanes.FLOATS, bests, g);
    VectorMask<Float> better =
        sumXl
            .mul(sumXl)
            .compare(VectorOperators.GT, best.mul(sumL2))
            .and(sumL2.compare(VectorOperators.GT, 0f));
    FloatVector scale = sumXl.div(sumL2);
    best.blend(scale.mul(sumXl), better).intoArray(bests, g);
    FloatVector.fromArray(Lanes.FLOATS, scales, g).blend(scale, better).intoArray(scales, g);
    FloatVector.fromArray(Lanes.FLOATS, winningInverses, g)
        .blend(FloatVector.fromArray(Lanes.FLOATS, inverses, g), better)
        .intoArray(winningInverses, g);
  }
}
