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

/// Q6_K: 256 weights of 6 bits in 16 sub-blocks of 16, each with a signed 8-bit scale, 6.5625 bits
/// per weight.
///
/// | at  | bytes | field | meaning                                                            |
/// |----:|------:|-------|--------------------------------------------------------------------|
/// |   0 |   128 | `q`   | byte `64h + i`: weight `128h + i` low, weight `128h + 64 + i` high |
/// | 128 |    64 | `h`   | bits `2k` of byte `32h + i`: bits 4, 5 of weight `128h + 32k + i`  |
/// | 192 |    16 | `s`   | scales, signed                                                     |
/// | 208 |     2 | `d`   | scale of the scales, IEEE half                                     |
///
/// `x = d * scale * (q - 32)`.
public final class Q6_K implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.Q6_K;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.Q6_K, n);
    if (Lanes.BYTES_FIT) {
      for (int b = 0; b < blocks; b++) {
        decodeLanes(in, at + 210L * b, out, to + 256 * b);
      }
    } else {
      decodeScalar(in, at, out, to, blocks);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return new LaneEncoder(GgmlType.Q6_K, 1, new Q6_KLanes());
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.Q6_K, new Q6_KScalar());
  }

  static void decodeScalar(MemorySegment in, long at, float[] out, int to, int blocks) {
    for (int b = 0; b < blocks; b++, at += 210, to += 256) {
      float d = Halves.get(in, at + 208);
      for (int i = 0; i < 256; i++) {
        int within = i & 127;
        int q = in.get(Le.BYTE, at + 64L * (i >> 7) + (within & 63)) >> (4 * (within >> 6)) & 15;
        int h = in.get(Le.BYTE, at + 128 + 32L * (i >> 7) + (i & 31)) >> (2 * (within >> 5)) & 3;
        out[to + i] = d * in.get(Le.BYTE, at + 192 + (i >> 4)) * ((h << 4 | q) - 32);
      }
    }
  }

  private static void decodeLanes(MemorySegment in, long at, float[] out, int to) {
    float d = Halves.get(in, at + 208);
    for (int half = 0; half < 2; half++) {
      long eight = in.get(Le.LONG, at + 192 + 8L * half);
      for (int i = 0; i < 32; i += Lanes.COUNT) {
        long scales = eight >>> (8 * (i >> 4));
        IntVector a =
            (IntVector)
                ByteVector.fromMemorySegment(
                        Lanes.BYTES, in, at + 64L * half + i, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INTS, 0);
        IntVector c =
            (IntVector)
                ByteVector.fromMemorySegment(
                        Lanes.BYTES, in, at + 64L * half + 32 + i, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INTS, 0);
        IntVector h =
            (IntVector)
                ByteVector.fromMemorySegment(
                        Lanes.BYTES, in, at + 128 + 32L * half + i, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INTS, 0);
        ((FloatVector)
                a.and(15)
                    .or(h.and(3).lanewise(VectorOperators.LSHL, 4))
                    .sub(32)
                    .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0))
            .mul(d * (byte) scales)
            .intoArray(out, to + half * 128 + i);
        ((FloatVector)
                c.and(15)
                    .or(h.and(12).lanewise(VectorOperators.LSHL, 2))
                    .sub(32)
                    .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0))
            .mul(d * (byte) (scales >>> 16))
            .intoArray(out, to + half * 128 + 32 + i);
        ((FloatVector)
                a.lanewise(VectorOperators.LSHR, 4)
                    .or(h.and(48))
                    .sub(32)
                    .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0))
            .mul(d * (byte) (scales >>> 32))
            .intoArray(out, to + half * 128 + 64 + i);
        ((FloatVector)
                c.lanewise(VectorOperators.LSHR, 4)
                    .or(h.lanewise(VectorOperators.LSHR, 6).lanewise(VectorOperators.LSHL, 4))
                    .sub(32)
                    .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0))
            .mul(d * (byte) (scales >>> 48))
            .intoArray(out, to + half * 128 + 96 + i);
      }
    }
  }
}
