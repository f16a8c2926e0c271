package dev.quern.quantizers.type;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// [NearestSearch] with each neighbour in a lane of its own.
final class NearestLanes implements Nearest {
  private static final int MAX_BITS = 0x7f7fffff; // of Float.MAX_VALUE

  private final byte[] neighbours;
  private final Neighbours near;
  private final int width;
  private final float stretch;

  /// @param stretch what coordinates are multiplied by, a power of two
  NearestLanes(Neighbours near, float stretch) {
    this.near = near;
    this.neighbours = near.coordinates();
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
      int row = (j & -Neighbours.STEP) * width + (j & (Neighbours.STEP - 1));
      FloatVector sum = FloatVector.zero(Lanes.FLOATS);
      for (int i = 0; i < width; i++) {
        FloatVector difference =
            ((FloatVector)
                    ByteVector.fromArray(Lanes.BYTES, neighbours, row + Neighbours.STEP * i)
                        .convertShape(VectorOperators.B2F, Lanes.FLOATS, 0))
                .mul(stretch)
                .add(shift)
                .mul(scale)
                .sub(x[at + i]);
        sum = sum.add(difference.mul(weights[from + i]).mul(difference));
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
    return near.point(
        nearest
            .blend(MAX_BITS, best.compare(VectorOperators.NE, least))
            .reduceLanes(VectorOperators.MIN));
  }
}
