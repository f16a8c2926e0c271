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
  private static final int WIDTH = 2 * SubBlocks.COUNT;

  /// Scale of each sub-block.
  final float[] scales = new float[WIDTH];

  private final int reach;
  private final float[] x = new float[Lanes.START + SymmetricSearch.SIZE * WIDTH];
  private final float[] squares = new float[x.length];
  private final float[] cubes = new float[x.length];
  private final float[] levels = new float[x.length];
  private final float[] farthest = new float[WIDTH];
  private final float[] sumsXl = new float[WIDTH];
  private final float[] sumsL2 = new float[WIDTH];

  RefinedLanes(int reach) {
    this.reach = reach;
  }

  /// Searches the weights of one or two blocks from `source[at]`.
  void search(float[] source, int at, int blocks) {
    for (int b = 0; b < 2; b++) {
      int count = b < blocks ? SubBlocks.COUNT : 0;
      SubBlocks.transpose(
          source,
          at + 256 * b,
          SymmetricSearch.SIZE,
          count,
          x,
          Lanes.START + SubBlocks.COUNT * b,
          WIDTH);
    }
    for (int g = 0; g < WIDTH; g += 2 * Lanes.COUNT) {
      measure(g);
      measure(g + Lanes.COUNT);
      start(g);
      start(g + Lanes.COUNT);
      boolean changed = true;
      for (int round = 0; round < 5 && changed; round++) {
        changed = refine(g);
      }
    }
    for (int s = 0; s < WIDTH; s++) {
      boolean tiny = Math.abs(farthest[s]) < SymmetricSearch.TINY;
      scales[s] = sumsL2[s] > 0 && !tiny ? sumsXl[s] / sumsL2[s] : 0;
    }
  }

  /// The levels, plus the reach, that the search found for sub-block `s`.
  void putLevels(int s, int[] to, int at) {
    boolean tiny = Math.abs(farthest[s]) < SymmetricSearch.TINY;
    for (int i = 0; i < SymmetricSearch.SIZE; i++) {
      to[at + i] = tiny ? 0 : (int) levels[Lanes.START + WIDTH * i + s] + reach;
    }
  }

  private void measure(int g) {
    FloatVector peak = FloatVector.zero(Lanes.FLOATS);
    FloatVector far = peak;
    for (int i = Lanes.START + g; i < x.length; i += WIDTH) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, x, i);
      FloatVector magnitude = v.abs();
      VectorMask<Float> farther = magnitude.compare(VectorOperators.GT, peak);
      VectorMask<Float> nearer = farther.not();
      peak = magnitude.blend(peak, nearer);
      far = v.blend(far, nearer);
      FloatVector square = v.mul(v);
      square.intoArray(squares, i);
      square.mul(v).intoArray(cubes, i);
    }
    far.intoArray(farthest, g);
  }

  /// The levels for the scale that maps the farthest weight to `-reach`.
  private void start(int g) {
    FloatVector inverse =
        FloatVector.broadcast(Lanes.FLOATS, (float) -reach)
            .div(FloatVector.fromArray(Lanes.FLOATS, farthest, g));
    FloatVector sumXl = FloatVector.zero(Lanes.FLOATS);
    FloatVector sumL2 = sumXl;
    for (int i = Lanes.START + g; i < x.length; i += WIDTH) {
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
      sumXl = FloatVector.fromArray(Lanes.FLOATS, cubes, i).mul(l).add(sumXl);
      sumL2 = FloatVector.fromArray(Lanes.FLOATS, squares, i).mul(l).mul(l).add(sumL2);
    }
    sumXl.intoArray(sumsXl, g);
    sumL2.intoArray(sumsL2, g);
  }

  /// Goes once through the weights of the lanes from sub-block `g` and of those that follow them;
  /// false if no level changed.
  // written out twice: C2 would box the vectors of a helper
  private boolean refine(int g) {
    FloatVector sumXlA = FloatVector.fromArray(Lanes.FLOATS, sumsXl, g);
    FloatVector sumL2A = FloatVector.fromArray(Lanes.FLOATS, sumsL2, g);
    FloatVector sumXlB = FloatVector.fromArray(Lanes.FLOATS, sumsXl, g + Lanes.COUNT);
    FloatVector sumL2B = FloatVector.fromArray(Lanes.FLOATS, sumsL2, g + Lanes.COUNT);
    long changed = 0;
    for (int i = Lanes.START + g; i < x.length; i += WIDTH) {
      FloatVector squareA = FloatVector.fromArray(Lanes.FLOATS, squares, i);
      FloatVector cubeA = FloatVector.fromArray(Lanes.FLOATS, cubes, i);
      FloatVector oldA = FloatVector.fromArray(Lanes.FLOATS, levels, i);
      FloatVector xlA = sumXlA.sub(cubeA.mul(oldA));
      FloatVector l2A = sumL2A.sub(squareA.mul(oldA).mul(oldA));
      FloatVector levelA =
          (FloatVector)
              FloatVector.fromArray(Lanes.FLOATS, x, i)
                  .mul(l2A)
                  .div(xlA)
                  .add(Rounding.MAGIC)
                  .reinterpretAsInts()
                  .and(0x007fffff)
                  .sub(0x00400000)
                  .max(-reach)
                  .min(reach - 1)
                  .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
      FloatVector newXlA = xlA.add(cubeA.mul(levelA));
      FloatVector newL2A = l2A.add(squareA.mul(levelA).mul(levelA));
      VectorMask<Float> betterA =
          newXlA
              .mul(newXlA)
              .mul(sumL2A)
              .compare(VectorOperators.GT, sumXlA.mul(sumXlA).mul(newL2A))
              .and(
                  xlA.compare(VectorOperators.GT, 0f)
                      .and(newL2A.compare(VectorOperators.GT, 0f))
                      .and(levelA.compare(VectorOperators.NE, oldA)));
      oldA.blend(levelA, betterA).intoArray(levels, i);
      sumXlA = sumXlA.blend(newXlA, betterA);
      sumL2A = sumL2A.blend(newL2A, betterA);

      FloatVector squareB = FloatVector.fromArray(Lanes.FLOATS, squares, i + Lanes.COUNT);
      FloatVector cubeB = FloatVector.fromArray(Lanes.FLOATS, cubes, i + Lanes.COUNT);
      FloatVector oldB = FloatVector.fromArray(Lanes.FLOATS, levels, i + Lanes.COUNT);
      FloatVector xlB = sumXlB.sub(cubeB.mul(oldB));
      FloatVector l2B = sumL2B.sub(squareB.mul(oldB).mul(oldB));
      FloatVector levelB =
          (FloatVector)
              FloatVector.fromArray(Lanes.FLOATS, x, i + Lanes.COUNT)
                  .mul(l2B)
                  .div(xlB)
                  .add(Rounding.MAGIC)
                  .reinterpretAsInts()
                  .and(0x007fffff)
                  .sub(0x00400000)
                  .max(-reach)
                  .min(reach - 1)
                  .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
      FloatVector newXlB = xlB.add(cubeB.mul(levelB));
      FloatVector newL2B = l2B.add(squareB.mul(levelB).mul(levelB));
      VectorMask<Float> betterB =
          newXlB
              .mul(newXlB)
              .mul(sumL2B)
              .compare(VectorOperators.GT, sumXlB.mul(sumXlB).mul(newL2B))
              .and(
                  xlB.compare(VectorOperators.GT, 0f)
                      .and(newL2B.compare(VectorOperators.GT, 0f))
                      .and(levelB.compare(VectorOperators.NE, oldB)));
      oldB.blend(levelB, betterB).intoArray(levels, i + Lanes.COUNT);
      sumXlB = sumXlB.blend(newXlB, betterB);
      sumL2B = sumL2B.blend(newL2B, betterB);
      changed |= betterA.or(betterB).toLong();
    }
    sumXlA.intoArray(sumsXl, g);
    sumL2A.intoArray(sumsL2, g);
    sumXlB.intoArray(sumsXl, g + Lanes.COUNT);
    sumL2B.intoArray(sumsL2, g + Lanes.COUNT);
    return changed != 0;
  }
}
