package dev.quern.quantizers.type;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [SymmetricSearch#refinedScale] for the sixteen sub-blocks of a block at a time, each in a lane
/// of its own.
///
/// A round that changes nothing in a lane would change nothing there again, so all lanes go on
/// until none changes. The quotient that suggests a level may be anything: it is rounded bit by bit
/// as the reference rounds it.
final class RefinedLanes {
  /// Scale of each sub-block.
  final float[] scales = new float[SubBlocks.COUNT];

  private final int reach;
  private final float[] x = new float[SymmetricSearch.SIZE * SubBlocks.COUNT];
  private final float[] squares = new float[x.length];
  private final float[] cubes = new float[x.length];
  private final float[] levels = new float[x.length];
  private final float[] farthest = new float[SubBlocks.COUNT];
  private final float[] sumsXl = new float[SubBlocks.COUNT];
  private final float[] sumsL2 = new float[SubBlocks.COUNT];

  RefinedLanes(int reach) {
    this.reach = reach;
  }

  /// Searches the 256 weights from `source[at]`.
  void search(float[] source, int at) {
    SubBlocks.transpose(source, at, SymmetricSearch.SIZE, SubBlocks.COUNT, x);
    for (int g = 0; g < SubBlocks.COUNT; g += Lanes.COUNT) {
      measure(g);
      start(g);
      for (int round = 0; round < 5 && refine(g); round++) {}
    }
    for (int s = 0; s < SubBlocks.COUNT; s++) {
      boolean tiny = Math.abs(farthest[s]) < SymmetricSearch.TINY;
      scales[s] = sumsL2[s] > 0 && !tiny ? sumsXl[s] / sumsL2[s] : 0;
    }
  }

  /// The levels, plus the reach, that the search found for sub-block `s`.
  void putLevels(int s, int[] to, int at) {
    boolean tiny = Math.abs(farthest[s]) < SymmetricSearch.TINY;
    for (int i = 0; i < SymmetricSearch.SIZE; i++) {
      to[at + i] = tiny ? 0 : (int) levels[SubBlocks.COUNT * i + s] + reach;
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
      FloatVector square = v.mul(v);
      square.intoArray(squares, i);
      square.mul(v).intoArray(cubes, i);
    }
    far.intoArray(farthest, g);
  }

  /// The levels for the scale that maps the farthest weight to `-reach`.
  private void start(int g) {
    FloatVector inverse =
        FloatVector.broadcast(Lanes.FLOATS, -reach)
            .div(FloatVector.fromArray(Lanes.FLOATS, farthest, g));
    FloatVector sumXl = FloatVector.zero(Lanes.FLOATS);
    FloatVector sumL2 = sumXl;
    for (int i = g; i < x.length; i += SubBlocks.COUNT) {
      FloatVector l =
          (FloatVector)
              inverse
                  .mul(FloatVector.fromArray(Lanes.FLOATS, x, i))
                  .add(Rounding.MAGIC)
                  .reinterpretAsInts()
                  .and(0x007fffff)
                  .sub(0x00400000)
                  .max(-reach)
                  .min(reach - 1)
                  .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
      l.intoArray(levels, i);
      sumXl = sumXl.add(FloatVector.fromArray(Lanes.FLOATS, cubes, i).mul(l));
      sumL2 = sumL2.add(FloatVector.fromArray(Lanes.FLOATS, squares, i).mul(l).mul(l));
    }
    sumXl.intoArray(sumsXl, g);
    sumL2.intoArray(sumsL2, g);
  }

  /// Goes through the weights once; false if no level changed.
  private boolean refine(int g) {
    FloatVector sumXl = FloatVector.fromArray(Lanes.FLOATS, sumsXl, g);
    FloatVector sumL2 = FloatVector.fromArray(Lanes.FLOATS, sumsL2, g);
    long changed = 0;
    for (int i = g; i < x.length; i += SubBlocks.COUNT) {
      FloatVector square = FloatVector.fromArray(Lanes.FLOATS, squares, i);
      FloatVector cube = FloatVector.fromArray(Lanes.FLOATS, cubes, i);
      FloatVector old = FloatVector.fromArray(Lanes.FLOATS, levels, i);
      FloatVector xl = sumXl.sub(cube.mul(old));
      FloatVector l2 = sumL2.sub(square.mul(old).mul(old));
      FloatVector level =
          (FloatVector)
              FloatVector.fromArray(Lanes.FLOATS, x, i)
                  .mul(l2)
                  .div(xl)
                  .add(Rounding.MAGIC)
                  .reinterpretAsInts()
                  .and(0x007fffff)
                  .sub(0x00400000)
                  .max(-reach)
                  .min(reach - 1)
                  .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
      FloatVector newXl = xl.add(cube.mul(level));
      FloatVector newL2 = l2.add(square.mul(level).mul(level));
      VectorMask<Float> better =
          newXl
              .mul(newXl)
              .mul(sumL2)
              .compare(VectorOperators.GT, sumXl.mul(sumXl).mul(newL2))
              .and(xl.compare(VectorOperators.GT, 0f))
              .and(newL2.compare(VectorOperators.GT, 0f))
              .and(level.compare(VectorOperators.NE, old));
      old.blend(level, better).intoArray(levels, i);
      sumXl = sumXl.blend(newXl, better);
      sumL2 = sumL2.blend(newL2, better);
      changed |= better.toLong();
    }
    sumXl.intoArray(sumsXl, g);
    sumL2.intoArray(sumsL2, g);
    return changed != 0;
  }
}
