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
/// The product shifts sign, exponent and fraction to their places in a float: `2^-112` of the value
/// of every finite half, subnormal ones too. One half of the factor that this lacks goes to the
/// vector and one to the sum, so that neither leaves the range of floats. Infinities and NaN, which
/// no sound model has, come out finite there.
final class F16Rows {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> HALVES = Lanes.HALVES;
  private static final int LENGTH = Lanes.LENGTH;
  private static final float HALF_WAY = RoundedVector.HALF_WAY;

  /// What the scalar twin does to a half.
  static final HalfProduct.Format FORMAT =
      new HalfProduct.Format() {
        @Override
        public float factor() {
          return HALF_WAY;
        }

        @Override
        public void widen(short[] halves, float[] out, int n) {
          for (int i = 0; i < n; i++) {
            out[i] = ScalarGroups.small(halves[i]);
          }
        }

        @Override
        public float value(short half) {
          return Float.float16ToFloat(half);
        }
      };

  private F16Rows() {}

  /// Decodes by way of an array, which is fast before anything is compiled, as a segment is not.
  static void decode(MemorySegment in, long at, float[] out, int to, int n, short[] scratch) {
    for (int i = 0; i < n; i += RowDecoder.SCRATCH) {
      int count = Math.min(RowDecoder.SCRATCH, n - i);
      MemorySegment.copy(in, Le.SHORT, at + 2L * i, scratch, 0, count);
      FloatLoops.fromHalves(scratch, 0, out, to + i, count);
    }
  }

  static void multiply(
      MemorySegment w, long at, int rows, float[] x, int from, int n, float[] y, int to) {
    long stride = 2L * n;
    int whole = FLOATS.loopBound(n);
    int r = 0;
    for (; Lanes.EIGHT_ROWS && r <= rows - 8; r += 8) {
      F16Rows8.multiply(w, at + r * stride, stride, x, from, whole, y, to + r);
    }
    for (; r < rows; r++) {
      y[to + r] = dot(w, at + r * stride, x, from, whole);
    }
    for (int i = whole; i < n; i++) {
      for (r = 0; r < rows; r++) {
        long p = at + r * stride + 2L * i;
        y[to + r] = Math.fma(Float.float16ToFloat(w.get(Le.SHORT, p)), x[from + i], y[to + r]);
      }
    }
  }

  /// As each of eight rows: what a row gives does not depend on those beside it.
  private static float dot(MemorySegment w, long row, float[] x, int from, int n) {
    FloatVector s = FloatVector.zero(FLOATS);
    for (int i = 0; i < n; i += LENGTH) {
      FloatVector v =
          ((IntVector)
                  ShortVector.fromMemorySegment(HALVES, w, row + 2L * i, ByteOrder.LITTLE_ENDIAN)
                      .convertShape(S2I, INTS, 0))
              .lanewise(LSHL, 13)
              .and(0x8fffe000)
              .reinterpretAsFloats();
      s = FloatVector.fromArray(FLOATS, x, from + i).mul(HALF_WAY).fma(v, s);
    }
    if (LENGTH >= 16) {
      s = s.add(s.rearrange(Lanes.SWAP_8));
    }
    if (LENGTH >= 8) {
      s = s.add(s.rearrange(Lanes.SWAP_4));
    }
    s = s.add(s.rearrange(Lanes.SWAP_2));
    s = s.add(s.rearrange(Lanes.SWAP_1));
    return s.mul(HALF_WAY).lane(0);
  }
}
