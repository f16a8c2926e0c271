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
import jdk.incubator.vector.VectorOperators;

/// Q3_K: 256 weights of 3 bits in 16 sub-blocks of 16, each with a signed 6-bit scale, 3.4375 bits
/// per weight.
///
/// | at  | bytes | field | meaning                                                           |
/// |----:|------:|-------|-------------------------------------------------------------------|
/// |   0 |    32 | `h`   | bit `k` of byte `i`: bit 2 of weight `32k + i`                    |
/// |  32 |    64 | `q`   | bits `2k` of byte `32h + i`: low bits of weight `128h + 32k + i`  |
/// |  96 |    12 | `s`   | scales plus 32, see [#scale]                                      |
/// | 108 |     2 | `d`   | scale of the scales, IEEE half                                    |
///
/// `x = d * scale * (q - 4)`.
public final class Q3_K implements BlockCodec {

  /// Scale `j` of 16: their low nibbles fill the eight bytes of `low`, first those of scales 0 to
  /// 7; the upper two bits stand in byte `j % 4` of `high` at bit `2 * (j / 4)`.
  private static int scale(long low, int high, int j) {
    int lower = (int) (low >>> (8 * (j & 7) + 4 * (j >> 3))) & 15;
    int upper = high >>> (8 * (j & 3) + 2 * (j >> 2)) & 3;
    return (upper << 4 | lower) - 32;
  }

  @Override
  public GgmlType type() {
    return GgmlType.Q3_K;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.Q3_K, n);
    if (Lanes.BYTES_FIT) {
      for (int b = 0; b < blocks; b++) {
        decodeLanes(in, at + 110L * b, out, to + 256 * b);
      }
    } else {
      decodeScalar(in, at, out, to, blocks);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return new LaneEncoder(GgmlType.Q3_K, RefinedLanes.BLOCKS, new Q3_KLanes());
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.Q3_K, new Q3_KScalar());
  }

  static void decodeScalar(MemorySegment in, long at, float[] out, int to, int blocks) {
    for (int b = 0; b < blocks; b++, at += 110, to += 256) {
      float d = Halves.get(in, at + 108);
      long low = in.get(Le.LONG, at + 96);
      int high = in.get(Le.INT, at + 104);
      for (int j = 0; j < 16; j++) {
        float scale = d * scale(low, high, j);
        long pairs = at + 32 + 32L * (j >> 3) + 16L * (j & 1);
        long bits = at + 16L * (j & 1);
        for (int i = 0; i < 16; i++) {
          int q = in.get(Le.BYTE, pairs + i) >> (2 * (j >> 1 & 3)) & 3;
          int h = in.get(Le.BYTE, bits + i) >> (j >> 1) & 1;
          out[to + 16 * j + i] = scale * ((h << 2 | q) - 4);
        }
      }
    }
  }

  private static void decodeLanes(MemorySegment in, long at, float[] out, int to) {
    float d = Halves.get(in, at + 108);
    long low = in.get(Le.LONG, at + 96);
    int high = in.get(Le.INT, at + 104);
    for (int j = 0; j < 16; j++) {
      float scale = d * scale(low, high, j);
      long pairs = at + 32 + 32L * (j >> 3) + 16L * (j & 1);
      long bits = at + 16L * (j & 1);
      for (int i = 0; i < 16; i += Lanes.COUNT) {
        IntVector q =
            (IntVector)
                ByteVector.fromMemorySegment(Lanes.BYTES, in, pairs + i, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INTS, 0);
        IntVector h =
            (IntVector)
                ByteVector.fromMemorySegment(Lanes.BYTES, in, bits + i, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INTS, 0);
        ((FloatVector)
                q.lanewise(VectorOperators.LSHR, 2 * (j >> 1 & 3))
                    .and(3)
                    .or(
                        h.lanewise(VectorOperators.LSHR, j >> 1)
                            .and(1)
                            .lanewise(VectorOperators.LSHL, 2))
                    .sub(4)
                    .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0))
            .mul(scale)
            .intoArray(out, to + 16 * j + i);
      }
    }
  }
}
