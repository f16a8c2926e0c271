package dev.quern.quantizers.type;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// Sixteen groups of weights, sorted at the same time: the least weight of a group first, equal
/// ones as they stand.
///
/// A weight's place is the number of weights that have to stand before it. Of two weights the later
/// one has to stand first if it is less, so every pair needs one comparison, and equal ones keep
/// their order.
final class SortedLanes {
  private final int size;
  private final float[] x;
  private final int[] places;

  SortedLanes(int size) {
    this.size = size;
    this.x = new float[size * SubBlocks.COUNT];
    this.places = new int[x.length];
  }

  /// Sorts `groups` groups from `source[at]`; the numbers of the weights of group `s` go to
  /// `to[size * s]` and on.
  void sort(float[] source, int at, int groups, int[] to) {
    SubBlocks.transpose(source, at, size, groups, x);
    for (int g = 0; g < SubBlocks.COUNT; g += Lanes.COUNT) {
      count(g);
    }
    for (int s = 0; s < groups; s++) {
      for (int i = 0; i < size; i++) {
        to[size * s + i] = i; // what is not a number may leave places empty
      }
      for (int i = 0; i < size; i++) {
        to[size * s + places[SubBlocks.COUNT * i + s]] = i;
      }
    }
  }

  private void count(int g) {
    for (int i = 0; i < size; i++) {
      IntVector.broadcast(Lanes.INTS, i).intoArray(places, SubBlocks.COUNT * i + g);
    }
    for (int i = 0; i < size; i++) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, x, SubBlocks.COUNT * i + g);
      IntVector place = IntVector.fromArray(Lanes.INTS, places, SubBlocks.COUNT * i + g);
      for (int j = SubBlocks.COUNT * (i + 1) + g; j < x.length; j += SubBlocks.COUNT) {
        VectorMask<Integer> greater =
            v.compare(VectorOperators.GT, FloatVector.fromArray(Lanes.FLOATS, x, j))
                .cast(Lanes.INTS);
        IntVector one = IntVector.zero(Lanes.INTS).blend(1, greater);
        place = one.add(place);
        IntVector.fromArray(Lanes.INTS, places, j).sub(one).intoArray(places, j);
      }
      place.intoArray(places, SubBlocks.COUNT * i + g);
    }
  }
}
