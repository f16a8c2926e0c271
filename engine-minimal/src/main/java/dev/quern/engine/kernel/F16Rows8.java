package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.S2I;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// Eight rows of F16 at once, so that the vector is read once for all of them.
///
/// As in [F16Rows], but for the factor: half of it goes to the vector, half to the sums.
final class F16Rows8 {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> HALVES = Lanes.HALVES;
  private static final int LENGTH = Lanes.LENGTH;
  private static final float HALF_WAY = RoundedVector.HALF_WAY;

  private F16Rows8() {}

  /// Writes the products of eight rows, `stride` bytes apart, to `y`; `n` is a whole number of
  /// vectors.
  static void multiply(
      MemorySegment w, long at, long stride, float[] x, int from, int n, float[] y, int to) {
    FloatVector s0 = FloatVector.zero(FLOATS);
    FloatVector s1 = FloatVector.zero(FLOATS);
    FloatVector s2 = FloatVector.zero(FLOATS);
    FloatVector s3 = FloatVector.zero(FLOATS);
    FloatVector s4 = FloatVector.zero(FLOATS);
    FloatVector s5 = FloatVector.zero(FLOATS);
    FloatVector s6 = FloatVector.zero(FLOATS);
    FloatVector s7 = FloatVector.zero(FLOATS);
    for (int i = 0; i < n; i += LENGTH) {
      long p = at + 2L * i;
      FloatVector v = FloatVector.fromArray(FLOATS, x, from + i).mul(HALF_WAY);
      FloatVector w0 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, w, p, ByteOrder.LITTLE_ENDIAN)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(0x8fffe000)
              .reinterpretAsFloats();
      s0 = v.fma(w0, s0);
      FloatVector w1 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, w, p + stride, ByteOrder.LITTLE_ENDIAN)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(0x8fffe000)
              .reinterpretAsFloats();
      s1 = v.fma(w1, s1);
      FloatVector w2 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, w, p + 2 * stride, ByteOrder.LITTLE_ENDIAN)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(0x8fffe000)
              .reinterpretAsFloats();
      s2 = v.fma(w2, s2);
      FloatVector w3 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, w, p + 3 * stride, ByteOrder.LITTLE_ENDIAN)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(0x8fffe000)
              .reinterpretAsFloats();
      s3 = v.fma(w3, s3);
      FloatVector w4 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, w, p + 4 * stride, ByteOrder.LITTLE_ENDIAN)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(0x8fffe000)
              .reinterpretAsFloats();
      s4 = v.fma(w4, s4);
      FloatVector w5 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, w, p + 5 * stride, ByteOrder.LITTLE_ENDIAN)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(0x8fffe000)
              .reinterpretAsFloats();
      s5 = v.fma(w5, s5);
      FloatVector w6 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, w, p + 6 * stride, ByteOrder.LITTLE_ENDIAN)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(0x8fffe000)
              .reinterpretAsFloats();
      s6 = v.fma(w6, s6);
      FloatVector w7 =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, w, p + 7 * stride, ByteOrder.LITTLE_ENDIAN)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(0x8fffe000)
              .reinterpretAsFloats();
      s7 = v.fma(w7, s7);
    }
    if (LENGTH >= 16) {
      s0 = s0.add(s0.rearrange(Lanes.SWAP_8));
      s1 = s1.add(s1.rearrange(Lanes.SWAP_8));
      s2 = s2.add(s2.rearrange(Lanes.SWAP_8));
      s3 = s3.add(s3.rearrange(Lanes.SWAP_8));
      s4 = s4.add(s4.rearrange(Lanes.SWAP_8));
      s5 = s5.add(s5.rearrange(Lanes.SWAP_8));
      s6 = s6.add(s6.rearrange(Lanes.SWAP_8));
      s7 = s7.add(s7.rearrange(Lanes.SWAP_8));
    }
    if (LENGTH >= 8) {
      s0 = s0.add(s0.rearrange(Lanes.SWAP_4));
      s1 = s1.add(s1.rearrange(Lanes.SWAP_4));
      s2 = s2.add(s2.rearrange(Lanes.SWAP_4));
      s3 = s3.add(s3.rearrange(Lanes.SWAP_4));
      s4 = s4.add(s4.rearrange(Lanes.SWAP_4));
      s5 = s5.add(s5.rearrange(Lanes.SWAP_4));
      s6 = s6.add(s6.rearrange(Lanes.SWAP_4));
      s7 = s7.add(s7.rearrange(Lanes.SWAP_4));
    }
    s0 = s0.add(s0.rearrange(Lanes.SWAP_2));
    s1 = s1.add(s1.rearrange(Lanes.SWAP_2));
    s2 = s2.add(s2.rearrange(Lanes.SWAP_2));
    s3 = s3.add(s3.rearrange(Lanes.SWAP_2));
    s4 = s4.add(s4.rearrange(Lanes.SWAP_2));
    s5 = s5.add(s5.rearrange(Lanes.SWAP_2));
    s6 = s6.add(s6.rearrange(Lanes.SWAP_2));
    s7 = s7.add(s7.rearrange(Lanes.SWAP_2));
    s0 = s0.add(s0.rearrange(Lanes.SWAP_1));
    s1 = s1.add(s1.rearrange(Lanes.SWAP_1));
    s2 = s2.add(s2.rearrange(Lanes.SWAP_1));
    s3 = s3.add(s3.rearrange(Lanes.SWAP_1));
    s4 = s4.add(s4.rearrange(Lanes.SWAP_1));
    s5 = s5.add(s5.rearrange(Lanes.SWAP_1));
    s6 = s6.add(s6.rearrange(Lanes.SWAP_1));
    s7 = s7.add(s7.rearrange(Lanes.SWAP_1));
    y[to] = s0.mul(HALF_WAY).lane(0);
    y[to + 1] = s1.mul(HALF_WAY).lane(0);
    y[to + 2] = s2.mul(HALF_WAY).lane(0);
    y[to + 3] = s3.mul(HALF_WAY).lane(0);
    y[to + 4] = s4.mul(HALF_WAY).lane(0);
    y[to + 5] = s5.mul(HALF_WAY).lane(0);
    y[to + 6] = s6.mul(HALF_WAY).lane(0);
    y[to + 7] = s7.mul(HALF_WAY).lane(0);
  }
}
