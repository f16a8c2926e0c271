package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// F16: weights in IEEE half precision.
///
/// The product shifts sign, exponent and fraction to their places in a float and multiplies with
/// `2^112`, which is exact for every finite half, subnormal ones too. Infinities and NaN, which no
/// sound model has, come out finite there.
final class F16Rows {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> HALVES = Lanes.HALVES;
  private static final int LENGTH = Lanes.LENGTH;

  private F16Rows() {}

  static void decode(MemorySegment in, long at, float[] out, int to, int n) {
    for (int i = 0; i < n; i++) {
      out[to + i] = Float.float16ToFloat(in.get(Le.SHORT, at + 2L * i));
    }
  }

  static void multiply(
      MemorySegment w, long at, int rows, float[] x, int from, int n, float[] y, int to) {
    for (int r = 0; r < rows; r++) {
      y[to + r] = dot(w, at + 2L * n * r, x, from, n);
    }
  }

  private static float dot(MemorySegment w, long row, float[] x, int from, int n) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = FloatVector.zero(FLOATS);
    FloatVector s2 = FloatVector.zero(FLOATS);
    FloatVector s3 = FloatVector.zero(FLOATS);
    int i = 0;
    for (int end = n - 4 * LENGTH; i <= end; i += 4 * LENGTH) {
      long p = row + 2L * i;
      FloatVector w0 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, w, p, ByteOrder.LITTLE_ENDIAN)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(0x8fffe000)
              .reinterpretAsFloats()
              .mul(0x1p112f);
      FloatVector w1 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, w, p + 2L * LENGTH, ByteOrder.LITTLE_ENDIAN)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(0x8fffe000)
              .reinterpretAsFloats()
              .mul(0x1p112f);
      FloatVector w2 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, w, p + 4L * LENGTH, ByteOrder.LITTLE_ENDIAN)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(0x8fffe000)
              .reinterpretAsFloats()
              .mul(0x1p112f);
      FloatVector w3 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, w, p + 6L * LENGTH, ByteOrder.LITTLE_ENDIAN)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(0x8fffe000)
              .reinterpretAsFloats()
              .mul(0x1p112f);
      s0 = FloatVector.fromArray(FLOATS, x, from + i).fma(w0, s0);
      s1 = FloatVector.fromArray(FLOATS, x, from + i + LENGTH).fma(w1, s1);
      s2 = FloatVector.fromArray(FLOATS, x, from + i + 2 * LENGTH).fma(w2, s2);
      s3 = FloatVector.fromArray(FLOATS, x, from + i + 3 * LENGTH).fma(w3, s3);
    }
    FloatVector s = s0.add(s1).add(s2.add(s3));
    if (LENGTH >= 16) {
      s = s.add(s.rearrange(Lanes.SWAP_8));
    }
    if (LENGTH >= 8) {
      s = s.add(s.rearrange(Lanes.SWAP_4));
    }
    s = s.add(s.rearrange(Lanes.SWAP_2));
    s = s.add(s.rearrange(Lanes.SWAP_1));
    float sum = s.lane(0);
    for (; i < n; i++) {
      sum = Math.fma(Float.float16ToFloat(w.get(Le.SHORT, row + 2L * i)), x[from + i], sum);
    }
    return sum;
  }
}
