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
    for (int j = start; j < end; j += Lanes.COUNT) {
      IntVector packed = IntVector.fromArray(Lanes.INTS, entries, j);
      FloatVector sum = FloatVector.zero(Lanes.FLOATS);
      for (int i = 0; i < width; i++) {
        FloatVector difference =
            ((FloatVector) packed.and(15).convertShape(VectorOperators.I2F, Lanes.FLOATS, 0))
                .mul(stretch)
                .add(shift)
                .mul(scale)
                .sub(x[at + i]);
        packed = packed.lanewise(VectorOperators.LSHR, 4);
        sum = difference.mul(weights[from + i]).mul(difference).add(sum);
      }
      // errors are not negative, so their bits grow with them
      IntVector bits = sum.reinterpretAsInts().and(0x7fffffff);
      VectorMask<Integer> less = bits.compare(VectorOperators.LT, best);
      best = best.blend(bits, less);
      nearest = nearest.blend(Lanes.IOTA.add(j), less);
    }
    int least = best.reduceLanes(VectorOperators.MIN);
    if (least == MAX_BITS) {
      return near.point(start);
    }
    VectorMask<Integer> winners = best.compare(VectorOperators.EQ, least);
    if (end - start <= Lanes.COUNT) {
      return near.point(start + winners.firstTrue());
    }
    return near.point(
        IntVector.broadcast(Lanes.INTS, MAX_BITS)
            .blend(nearest, winners)
            .reduceLanes(VectorOperators.MIN));
  }
}
