package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// F16: pairs read as integers, and the vector in pairs of BF16.
///
/// Sign, exponent and fraction are shifted to their places in a float, and the factor that this
/// lacks is split, as in [F16Rows].
final class F16Pairs {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int LENGTH = Lanes.LENGTH;
  private static final int PAIRS = 2 * LENGTH;

  private F16Pairs() {}

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
      IntVector p = BF16Pairs.weights(w, row + 2L * i);
      IntVector q = BF16Pairs.activations(x, i);
      even = BF16Pairs.lower(q).fma(lower(p), even);
      odd = BF16Pairs.upper(q).fma(upper(p), odd);
      p = BF16Pairs.weights(w, row + 2L * (i + PAIRS));
      q = BF16Pairs.activations(x, i + PAIRS);
      even = BF16Pairs.lower(q).fma(lower(p), even);
      odd = BF16Pairs.upper(q).fma(upper(p), odd);
    }
    if (i < n) {
      IntVector p = BF16Pairs.weights(w, row + 2L * i);
      IntVector q = BF16Pairs.activations(x, i);
      even = BF16Pairs.lower(q).fma(lower(p), even);
      odd = BF16Pairs.upper(q).fma(upper(p), odd);
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
    return s.mul(RoundedVector.HALF_WAY).lane(0);
  }

  private static FloatVector lower(IntVector pairs) {
    return upper(pairs.lanewise(LSHL, 16));
  }

  private static FloatVector upper(IntVector pairs) {
    return pairs.lanewise(ASHR, 3).and(0x8fffe000).reinterpretAsFloats();
  }
}
