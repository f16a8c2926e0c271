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

/// BF16: the upper halves of floats.
final class BF16Rows {
  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> HALVES = Lanes.HALVES;
  private static final int LENGTH = Lanes.LENGTH;

  /// What the scalar twin does to a half.
  static final HalfProduct.Format FORMAT =
      new HalfProduct.Format() {
        @Override
        public float factor() {
          return 1;
        }

        @Override
        public void widen(short[] halves, float[] out, int n) {
          BF16Decoder.scalar(halves, 0, out, 0, n);
        }

        @Override
        public float value(short half) {
          return Float.intBitsToFloat(half << 16);
        }
      };

  private BF16Rows() {}

  static void multiply(
      MemorySegment w, long at, int rows, float[] x, int from, int n, float[] y, int to) {
    long stride = 2L * n;
    int whole = FLOATS.loopBound(n);
    int r = 0;
    for (; Lanes.EIGHT_ROWS && r <= rows - 8; r += 8) {
      BF16Rows8.multiply(w, at + r * stride, stride, x, from, whole, y, to + r);
    }
    for (; r < rows; r++) {
      y[to + r] = dot(w, at + r * stride, x, from, whole);
    }
    for (int i = whole; i < n; i++) {
      for (r = 0; r < rows; r++) {
        long p = at + r * stride + 2L * i;
        y[to + r] =
            Math.fma(Float.intBitsToFloat(w.get(Le.SHORT, p) << 16), x[from + i], y[to + r]);
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
              .lanewise(LSHL, 16)
              .reinterpretAsFloats();
      s = FloatVector.fromArray(FLOATS, x, from + i).fma(v, s);
    }
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
}
