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

/// Q5_K: 256 weights of 5 bits in 8 sub-blocks of 32, each with a 6-bit scale and a 6-bit minimum,
/// 5.5 bits per weight.
///
/// | at | bytes | field  | meaning                                                            |
/// |---:|------:|--------|--------------------------------------------------------------------|
/// |  0 |     2 | `d`    | scale of the scales, IEEE half                                     |
/// |  2 |     2 | `dmin` | scale of the minima, IEEE half                                     |
/// |  4 |    12 | `s`    | scales and minima, see `PackedScales`                              |
/// | 16 |    32 | `h`    | bit `j` of byte `i`: bit 4 of weight `32j + i`                     |
/// | 48 |   128 | `q`    | byte `32h + i`: weight `64h + i` low, weight `64h + 32 + i` high   |
///
/// `x = d * scale * q - dmin * minimum`.
public final class Q5_K implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.Q5_K;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.Q5_K, n);
    if (Lanes.BYTES_FIT) {
      for (int b = 0; b < blocks; b++) {
        decodeLanes(in, at + 176L * b, out, to + 256 * b);
      }
    } else {
      decodeScalar(in, at, out, to, blocks);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return new LaneEncoder(GgmlType.Q5_K, 4, new Q5_KLanes());
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.Q5_K, new Q5_KScalar());
  }

  static void decodeScalar(MemorySegment in, long at, float[] out, int to, int blocks) {
    for (int b = 0; b < blocks; b++, at += 176, to += 256) {
      float d = Halves.get(in, at);
      float dmin = Halves.get(in, at + 2);
      long scales = PackedScales.scales(in, at + 4);
      long mins = PackedScales.mins(in, at + 4);
      for (int j = 0; j < 8; j++) {
        float scale = d * PackedScales.at(scales, j);
        float min = dmin * PackedScales.at(mins, j);
        for (int i = 0; i < 32; i++) {
          int q = in.get(Le.BYTE, at + 48 + 32L * (j >> 1) + i) >> (4 * (j & 1)) & 15;
          int h = in.get(Le.BYTE, at + 16 + i) >> j & 1;
          out[to + 32 * j + i] = scale * (h << 4 | q) - min;
        }
      }
    }
  }

  private static void decodeLanes(MemorySegment in, long at, float[] out, int to) {
    float d = Halves.get(in, at);
    float dmin = Halves.get(in, at + 2);
    long scales = PackedScales.scales(in, at + 4);
    long mins = PackedScales.mins(in, at + 4);
    for (int j = 0; j < 8; j += 2) {
      float lowScale = d * PackedScales.at(scales, j);
      float lowMin = dmin * PackedScales.at(mins, j);
      float highScale = d * PackedScales.at(scales, j + 1);
      float highMin = dmin * PackedScales.at(mins, j + 1);
      for (int i = 0; i < 32; i += Lanes.COUNT) {
        IntVector q =
            (IntVector)
                ByteVector.fromMemorySegment(
                        Lanes.BYTES, in, at + 48 + 16L * j + i, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INTS, 0);
        IntVector h =
            ((IntVector)
                    ByteVector.fromMemorySegment(
                            Lanes.BYTES, in, at + 16 + i, ByteOrder.LITTLE_ENDIAN)
                        .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INTS, 0))
                .lanewise(VectorOperators.LSHR, j);
        ((FloatVector)
                q.and(15)
                    .or(h.and(1).lanewise(VectorOperators.LSHL, 4))
                    .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0))
            .mul(lowScale)
            .sub(lowMin)
            .intoArray(out, to + 32 * j + i);
        ((FloatVector)
                q.lanewise(VectorOperators.LSHR, 4)
                    .or(h.and(2).lanewise(VectorOperators.LSHL, 3))
                    .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0))
            .mul(highScale)
            .sub(highMin)
            .intoArray(out, to + 32 * j + 32 + i);
      }
    }
  }
}
