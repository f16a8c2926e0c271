package dev.quern.quantizers.type;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [NearestSearch] with each neighbour in a lane of its own.
final class NearestLanes implements Nearest {
  private static final int MAX_BITS = 0x7f7fffff; // of Float.MAX_VALUE

  private final int[] entries;
  private final Neighbours near;
  private final int width;
  private final float stretch;

  /// @param stretch what coordinates are multiplied by, a power of two
  NearestLanes(Neighbours near, float stretch) {
    this.near = near;
    this.entries = near.entries();
    this.width = near.grid.width;
    this.stretch = stretch;
  }

  @Override
  public int find(
      int start, float[] x, int at, float[] weights, int from, float scale, float shift) {
    int end = start + near.count(start);
    IntVector best = IntVector.broadcast(Lanes.INTS, MAX_BITS);
    IntVector nearest = best;
    IntVector all = IntVector.broadcast(Lanes.INTS, 0x7fffffff);
    for (int j = start; j < end; j += Lanes.COUNT) {
      IntVector packed = IntVector.fromArray(Lanes.INTS, entries, j);
      FloatVector sum = FloatVector.zero(Lanes.FLOATS);
      for (int k = 0; k < width; k += Grid.STEP) {
        IntVector some = packed.lanewise(VectorOperators.LSHR, 4 * k);
        for (int i = 0; i < Grid.STEP; i++) {
          FloatVector difference =
              ((FloatVector)
                      some.lanewise(VectorOperators.LSHR, 4 * i)
                          .and(15)
                          .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0))
                  .mul(stretch)
                  .add(shift)
                  .mul(scale)
                  .sub(x[at + k + i]);
          sum = difference.mul(weights[from + k + i]).mul(difference).add(sum);
        }
      }
      // errors are not negative, so their bits grow with them
      IntVector bits = all.and(sum.reinterpretAsInts());
      VectorMask<Integer> notLess = bits.compare(VectorOperators.GE, best);
      nearest = Lanes.IOTA.add(j).blend(nearest, notLess);
      best = bits.min(best);
    }
    IntVector errors = all.and(best);
    int least = errors.reduceLanes(VectorOperators.MIN);
    if (least == MAX_BITS) {
      return near.point(start);
    }
    VectorMask<Integer> winners = errors.compare(VectorOperators.EQ, least);
    if (end - start <= Lanes.COUNT) {
      return near.point(start + winners.firstTrue());
    }
    return near.point(
        IntVector.broadcast(Lanes.INTS, MAX_BITS)
            .blend(nearest, winners)
            .reduceLanes(VectorOperators.MIN));
  }
}
