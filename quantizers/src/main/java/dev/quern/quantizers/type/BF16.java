package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// BF16: the upper half of an IEEE single, 16 bits per weight.
///
/// Rounds to nearest, ties to even; a NaN keeps its upper bits and becomes quiet; subnormal numbers
/// are kept.
public final class BF16 implements BlockCodec {
  @Override
  public GgmlType type() {
    return GgmlType.BF16;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int i = 0;
    for (int end = n - Lanes.COUNT; i <= end; i += Lanes.COUNT) {
      ((IntVector)
              ByteVector.fromMemorySegment(
                      Lanes.SHORT_BYTES, in, at + 2L * i, ByteOrder.LITTLE_ENDIAN)
                  .reinterpretAsShorts()
                  .convertShape(VectorOperators.S2I, Lanes.INTS, 0))
          .lanewise(VectorOperators.LSHL, 16)
          .reinterpretAsFloats()
          .intoArray(out, to + i);
    }
    for (; i < n; i++) {
      out[to + i] = Float.intBitsToFloat(in.get(Le.SHORT, at + 2L * i) << 16);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return BF16::encodeLanes;
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return (x, at, n, out, to) -> {
      for (int i = 0; i < n; i++) {
        out.set(Le.SHORT, to + 2L * i, round(x[at + i]));
      }
    };
  }

  private static void encodeLanes(float[] x, int at, int n, MemorySegment out, long to) {
    int i = 0;
    for (int end = n - Lanes.COUNT; i <= end; i += Lanes.COUNT) {
      IntVector bits = FloatVector.fromArray(Lanes.FLOATS, x, at + i).reinterpretAsInts();
      IntVector upper = bits.lanewise(VectorOperators.LSHR, 16);
      VectorMask<Integer> notANumber = bits.and(0x7fffffff).compare(VectorOperators.GT, 0x7f800000);
      IntVector rounded = bits.add(upper.and(1)).add(0x7fff).lanewise(VectorOperators.LSHR, 16);
      ((ShortVector)
              rounded
                  .blend(upper.or(0x40), notANumber)
                  .convertShape(VectorOperators.I2S, Lanes.SHORTS, 0))
          .reinterpretAsBytes()
          .intoMemorySegment(out, to + 2L * i, ByteOrder.LITTLE_ENDIAN);
    }
    for (; i < n; i++) {
      out.set(Le.SHORT, to + 2L * i, round(x[at + i]));
    }
  }

  private static short round(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
