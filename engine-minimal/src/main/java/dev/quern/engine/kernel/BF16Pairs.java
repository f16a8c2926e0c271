package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.LSHL;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// BF16: pairs read as integers, whose halves are floats after a shift or a mask; the vector too.
final class BF16Pairs {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final int LENGTH = Lanes.LENGTH;
  private static final int PAIRS = 2 * LENGTH;

  private BF16Pairs() {}

  /// As [PairProduct.Loops] says.
  static void multiply(
      MemorySegment w, long at, long stride, int rows, short[] x, int n, float[] y, int to) {
    for (int r = 0; r < rows; r++) {
      y[to + r] = dot(w, at + r * stride, x, n);
    }
  }

  private static float dot(MemorySegment w, long row, short[] x, int n) {
    FloatVector even = FloatVector.zero(FLOATS);
    FloatVector odd = even;
    int i = 0;
    for (int step = Lanes.twoOfPairs; i <= n - 2 * PAIRS; i += step) {
      IntVector p = weights(w, row + 2L * i);
      IntVector q = activations(x, i);
      even = lower(q).fma(lower(p), even);
      odd = upper(q).fma(upper(p), odd);
      p = weights(w, row + 2L * (i + PAIRS));
      q = activations(x, i + PAIRS);
      even = lower(q).fma(lower(p), even);
      odd = upper(q).fma(upper(p), odd);
    }
    if (i < n) {
      IntVector p = weights(w, row + 2L * i);
      IntVector q = activations(x, i);
      even = lower(q).fma(lower(p), even);
      odd = upper(q).fma(upper(p), odd);
    }
    FloatVector s = even.add(odd);
    if (LENGTH >= 16) {
      s = s.add(s.rearrange(Lanes.SWAP_8));
    }
    if (LENGTH >= 8) {
      s = s.add(s.rearrange(Lanes.SWAP_4));
    }
    s = s.add(s.rearrange(Lanes.SWAP_2));
    s = s.add(s.rearrange(Lanes.SWAP_1));
    return s.lane(0);
  }

  /// A vector of pairs of stored weights.
  static IntVector weights(MemorySegment w, long at) {
    return IntVector.fromMemorySegment(INTS, w, at, ByteOrder.LITTLE_ENDIAN);
  }

  /// A vector of pairs that [PairProduct#round] wrote.
  static IntVector activations(short[] x, int at) {
    return ShortVector.fromArray(SHORTS, x, at).reinterpretAsInts();
  }

  static FloatVector lower(IntVector pairs) {
    return pairs.lanewise(LSHL, 16).reinterpretAsFloats();
  }

  static FloatVector upper(IntVector pairs) {
    return pairs.and(0xffff0000).reinterpretAsFloats();
  }
}
