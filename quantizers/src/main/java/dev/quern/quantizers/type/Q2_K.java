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

/// Q2_K: 256 weights of 2 bits in 16 sub-blocks of 16, each with a 4-bit scale and a 4-bit minimum,
/// 2.625 bits per weight.
///
/// | at | bytes | field  | meaning                                                            |
/// |---:|------:|--------|--------------------------------------------------------------------|
/// |  0 |    16 | `s`    | sub-block `j`: scale in the low nibble, minimum in the high one    |
/// | 16 |    64 | `q`    | bits `2k` of byte `32h + i`: weight `128h + 32k + i`               |
/// | 80 |     2 | `d`    | scale of the scales, IEEE half                                     |
/// | 82 |     2 | `dmin` | scale of the minima, IEEE half                                     |
///
/// `x = d * scale * q - dmin * minimum`.
public final class Q2_K implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.Q2_K;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.Q2_K, n);
    if (Lanes.BYTES_FIT) {
      for (int b = 0; b < blocks; b++) {
        decodeLanes(in, at + 84L * b, out, to + 256 * b);
      }
    } else {
      decodeScalar(in, at, out, to, blocks);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return new LaneEncoder(GgmlType.Q2_K, 2, new Q2_KLanes());
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.Q2_K, new Q2_KScalar());
  }

  static void decodeScalar(MemorySegment in, long at, float[] out, int to, int blocks) {
    for (int b = 0; b < blocks; b++, at += 84, to += 256) {
      float d = Halves.get(in, at + 80);
      float dmin = Halves.get(in, at + 82);
      for (int j = 0; j < 16; j++) {
        int s = in.get(Le.BYTE, at + j);
        float scale = d * (s & 15);
        float min = dmin * (s >> 4 & 15);
        int shift = 2 * (j >> 1 & 3);
        long from = at + 16 + 32L * (j >> 3) + 16L * (j & 1);
        for (int i = 0; i < 16; i++) {
          out[to + 16 * j + i] = scale * (in.get(Le.BYTE, from + i) >> shift & 3) - min;
        }
      }
    }
  }

  private static void decodeLanes(MemorySegment in, long at, float[] out, int to) {
    float d = Halves.get(in, at + 80);
    float dmin = Halves.get(in, at + 82);
    for (int j = 0; j < 16; j++) {
      int s = in.get(Le.BYTE, at + j);
      float scale = d * (s & 15);
      float min = dmin * (s >> 4 & 15);
      int shift = 2 * (j >> 1 & 3);
      long from = at + 16 + 32L * (j >> 3) + 16L * (j & 1);
      for (int i = 0; i < 16; i += Lanes.COUNT) {
        IntVector q =
            (IntVector)
                ByteVector.fromMemorySegment(Lanes.BYTES, in, from + i, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INTS, 0);
        ((FloatVector)
                q.lanewise(VectorOperators.LSHR, shift)
                    .and(3)
                    .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0))
            .mul(scale)
            .sub(min)
            .intoArray(out, to + 16 * j + i);
      }
    }
  }
}
