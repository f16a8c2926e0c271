package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.MAX;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/// Rounds 32 elements of the tokens of a vector as [Rounding32] does, with the elements in lanes,
/// and puts the tokens in lanes.
final class NibbleRounding {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final int LENGTH = Lanes.LENGTH;

  private NibbleRounding() {}

  /// See [NibbleColumns#place].
  static void place(
      NibbleColumns columns,
      float[] x,
      int at,
      int stride,
      int present,
      int to,
      int toScales,
      int width,
      int[] scratch) {
    for (int token = 0; token < 2 * LENGTH; token++) {
      int out = token * 32;
      if (token >= present) {
        Arrays.fill(scratch, out, out + 32, 0);
        columns.scales[toScales + token] = 0;
        columns.sums[toScales + token] = 0;
        continue;
      }
      int from = at + token * stride;
      IntVector magnitudes = IntVector.zero(INTS);
      for (int k = 0; k < 32; k += LENGTH) {
        IntVector bits = FloatVector.fromArray(FLOATS, x, from + k).reinterpretAsInts();
        magnitudes = bits.and(Rounding32.MAGNITUDE).max(magnitudes);
      }
      float peak = Float.intBitsToFloat(magnitudes.reduceLanes(MAX));
      float inverse = peak == 0 ? 0 : 127 / peak;
      IntVector sum = IntVector.zero(INTS);
      for (int k = 0; k < 32; k += LENGTH) {
        FloatVector v = FloatVector.fromArray(FLOATS, x, from + k).mul(inverse);
        IntVector rounded = v.add(Exponential.ROUND).reinterpretAsInts().sub(Rounding32.ROUND_BITS);
        sum = rounded.add(sum);
        rounded.intoArray(scratch, out + k);
      }
      float d = peak / 127;
      columns.scales[toScales + token] = d * NibbleColumns.IN_UPPER_HALF;
      columns.sums[toScales + token] = d * sum.reduceLanes(ADD);
    }
    for (int k = 0; k < 32 * LENGTH; k += LENGTH) {
      IntVector low = IntVector.fromArray(INTS, scratch, k).and(0xffff);
      IntVector high = IntVector.fromArray(INTS, scratch, k + 32 * LENGTH).lanewise(LSHL, 16);
      low.or(high).intoArray(scratch, k);
    }
    int[] values = columns.values;
    for (int k = 0; k < 32; k++, to += width) {
      for (int i = 0; i < LENGTH; i++) {
        values[to + i] = scratch[i * 32 + k];
      }
    }
  }
}
