package dev.quern.quantizers.type;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [SymmetricSearch#refinedScale] for the sixteen sub-blocks of each of four blocks at a time, each
/// in a lane of its own.
///
/// A round that changes nothing in a lane would change nothing there again, so all lanes go on
/// until none changes. The quotient that suggests a level may be anything: it is rounded bit by bit
/// as the reference rounds it.
final class RefinedLanes {
  /// Blocks that are searched at a time.
  static final int BLOCKS = 4;

  private static final int WIDTH = BLOCKS * SubBlocks.COUNT;
  private static final int ROUNDS = 5;

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

  /// Searches the weights of up to [#BLOCKS] blocks from `source[at]`.
  void search(float[] source, int at, int blocks) {
    for (int b = 0; b < blocks; b++) {
      int column = Lanes.START + SubBlocks.COUNT * b;
      SubBlocks.transpose(
          source, at + 256 * b, SymmetricSearch.SIZE, SubBlocks.COUNT, x, column, WIDTH);
    }
    int width = blocks * SubBlocks.COUNT;
    for (int g = 0; g < width; g += Lanes.COUNT) {
      measure(g);
      start(g);
    }
    for (int i = 0; i < SymmetricSearch.SIZE; i++) {
      improve(i, 0, width);
    }
    for (int g = 0; g < width; g += Lanes.COUNT) {
      settle(g);
      finish(g);
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

  /// The rounds after the first for the lanes from sub-block `g`, until nothing changes.
  private void settle(int g) {
    boolean changed = true;
    for (int round = 1; round < ROUNDS && changed; round++) {
      changed = improveFew(g);
    }
  }

  /// A round in which few levels change; false if none did. Only where one may is it looked at
  /// again, so that a weight need not wait for the one before.
  private boolean improveFew(int g) {
    boolean changed = false;
    for (int i = wavering(g, 0); i < SymmetricSearch.SIZE; i = wavering(g, i + 1)) {
      changed |= improve(i, g, g + Lanes.COUNT);
    }
    return changed;
  }

  /// The first weight from weight `first` on for which another level suggests itself in any of the
  /// lanes from sub-block `g`; behind the last if there is none.
  private int wavering(int g, int first) {
    FloatVector sumXl = FloatVector.fromArray(Lanes.FLOATS, sumsXl, g);
    FloatVector sumL2 = FloatVector.fromArray(Lanes.FLOATS, sumsL2, g);
    for (int i = first; i < SymmetricSearch.SIZE; i++) {
      int at = Lanes.START + WIDTH * i + g;
      FloatVector old = FloatVector.fromArray(Lanes.FLOATS, levels, at);
      FloatVector xl = sumXl.sub(FloatVector.fromArray(Lanes.FLOATS, cubes, at).mul(old));
      FloatVector l2 =
          sumL2.sub(FloatVector.fromArray(Lanes.FLOATS, squares, at).mul(old).mul(old));
      FloatVector level =
          (FloatVector)
              FloatVector.fromArray(Lanes.FLOATS, x, at)
                  .mul(l2)
                  .div(xl)
                  .add(Rounding.MAGIC)
                  .reinterpretAsInts()
                  .and(0x007fffff)
                  .sub(0x00400000)
                  .max(-reach)
                  .min(reach - 1)
                  .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0);
      if (level
          .compare(VectorOperators.NE, old)
          .and(xl.compare(VectorOperators.GT, 0f))
          .anyTrue()) {
        return i;
      }
    }
    return SymmetricSearch.SIZE;
  }

  /// Moves the level of weight `i` where that helps in the lanes of the sub-blocks from `from` to
  /// before `to`; false if it does in none. Several vectors in turn need not wait for each other.
  private boolean improve(int i, int from, int to) {
    boolean changed = false;
    for (int g = from; g < to; g += Lanes.COUNT) {
      int at = Lanes.START + WIDTH * i + g;
      FloatVector sumXl = FloatVector.fromArray(Lanes.FLOATS, sumsXl, g);
      FloatVector sumL2 = FloatVector.fromArray(Lanes.FLOATS, sumsL2, g);
      FloatVector square = FloatVector.fromArray(Lanes.FLOATS, squares, at);
      FloatVector cube = FloatVector.fromArray(Lanes.FLOATS, cubes, at);
      FloatVector old = FloatVector.fromArray(Lanes.FLOATS, levels, at);
      FloatVector xl = sumXl.sub(cube.mul(old));
      FloatVector l2 = sumL2.sub(square.mul(old).mul(old));
      FloatVector level =
          (FloatVector)
              FloatVector.fromArray(Lanes.FLOATS, x, at)
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
              .and(
                  xl.compare(VectorOperators.GT, 0f)
                      .and(newL2.compare(VectorOperators.GT, 0f))
                      .and(level.compare(VectorOperators.NE, old)));
      old.blend(level, better).intoArray(levels, at);
      sumXl.blend(newXl, better).intoArray(sumsXl, g);
      sumL2.blend(newL2, better).intoArray(sumsL2, g);
      changed |= better.anyTrue();
    }
    return changed;
  }

  private void finish(int g) {
    FloatVector sumL2 = FloatVector.fromArray(Lanes.FLOATS, sumsL2, g);
    VectorMask<Float> none =
        FloatVector.fromArray(Lanes.FLOATS, farthest, g)
            .abs()
            .compare(VectorOperators.LT, SymmetricSearch.TINY)
            .or(sumL2.compare(VectorOperators.GT, 0f).not());
    FloatVector.fromArray(Lanes.FLOATS, sumsXl, g).div(sumL2).blend(0f, none).intoArray(scales, g);
  }
}
