package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.LSHL;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// BF16 with BF16: both are read in pairs, as integers, whose halves are floats after a shift or a
/// mask.
final class BF16Pairs {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final int PAIRS = 2 * Lanes.LENGTH;

  /// Two vectors of pairs. Not final, so that the compiler does not know it: a loop with this step
  /// stays as it is written. One whose step is known is unrolled, with a loop for what comes before
  /// and one for what is left, and reads 17 to 21 GB/s of rows of 2048 weights where this one reads
  /// 27 (one core of Zen 5 that reads 33 without computing).
  private static int step = 2 * PAIRS;

  private BF16Pairs() {}

  /// As [BF16Product#multiply].
  static void multiply(MemorySegment w, long at, int rows, short[] x, int n, float[] y, int to) {
    int whole = n / PAIRS * PAIRS;
    for (int r = 0; r < rows; r++) {
      long row = at + 2L * n * r;
      float sum = dot(w, row, x, whole);
      for (int i = whole; i < n; i++) {
        float weight = Float.intBitsToFloat(w.get(Le.SHORT, row + 2L * i) << 16);
        sum = Math.fma(Float.intBitsToFloat(x[i] << 16), weight, sum);
      }
      y[to + r] = sum;
    }
  }

  private static float dot(MemorySegment w, long row, short[] x, int n) {
    FloatVector even = FloatVector.zero(FLOATS);
    FloatVector odd = even;
    int i = 0;
    for (int turn = step; i <= n - 2 * PAIRS; i += turn) {
      IntVector p = weights(w, row + 2L * i);
      IntVector q = activations(x, i);
      even = lower(q).fma(lower(p), even);
      odd = upper(q).fma(upper(p), odd);
      p = weights(w, row + 2L * i + 2 * PAIRS);
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
    return Lanes.sum(even.add(odd));
  }

  private static IntVector weights(MemorySegment w, long at) {
    return IntVector.fromMemorySegment(INTS, w, at, ByteOrder.LITTLE_ENDIAN);
  }

  private static IntVector activations(short[] x, int at) {
    return ShortVector.fromArray(SHORTS, x, at).reinterpretAsInts();
  }

  private static FloatVector lower(IntVector pairs) {
    return pairs.lanewise(LSHL, 16).reinterpretAsFloats();
  }

  private static FloatVector upper(IntVector pairs) {
    return pairs.and(0xffff0000).reinterpretAsFloats();
  }
}
