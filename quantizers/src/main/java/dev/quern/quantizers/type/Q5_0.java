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

/// Q5_0: 32 weights of 5 bits under one half-precision scale, 5.5 bits per weight.
///
/// | at | bytes | field | meaning                                                |
/// |---:|------:|-------|--------------------------------------------------------|
/// |  0 |     2 | `d`   | scale, IEEE half                                       |
/// |  2 |     4 | `h`   | bit `i`: bit 4 of weight `i`                           |
/// |  6 |    16 | `q`   | low nibble of byte `i`: weight `i`; high: weight 16 + `i` |
///
/// `x = d * (q - 16)`.
public final class Q5_0 implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.Q5_0;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.Q5_0, n);
    if (Lanes.BYTES_FIT) {
      decodeLanes(in, at, out, to, blocks);
    } else {
      decodeScalar(in, at, out, to, blocks);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return new LaneEncoder(GgmlType.Q5_0, 16, new SmallSymmetricLanes(SmallBlockLanes::q5_0, 16));
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.Q5_0, new SmallSymmetric(SmallBlocks::q5_0, 16));
  }

  static void decodeScalar(MemorySegment in, long at, float[] out, int to, int blocks) {
    for (int b = 0; b < blocks; b++, at += 22, to += 32) {
      float d = Halves.get(in, at);
      int h = in.get(Le.INT, at + 2);
      for (int i = 0; i < 16; i++) {
        int q = in.get(Le.BYTE, at + 6 + i);
        out[to + i] = (((q & 15) | (h >>> i & 1) << 4) - 16) * d;
        out[to + 16 + i] = (((q >> 4 & 15) | (h >>> (16 + i) & 1) << 4) - 16) * d;
      }
    }
  }

  private static void decodeLanes(MemorySegment in, long at, float[] out, int to, int blocks) {
    for (int b = 0; b < blocks; b++, at += 22, to += 32) {
      float d = Halves.get(in, at);
      int h = in.get(Le.INT, at + 2);
      for (int i = 0; i < 16; i += Lanes.COUNT) {
        IntVector q =
            (IntVector)
                ByteVector.fromMemorySegment(Lanes.BYTES, in, at + 6 + i, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INTS, 0);
        IntVector shift = Lanes.IOTA.add(i);
        IntVector low =
            IntVector.broadcast(Lanes.INTS, h)
                .lanewise(VectorOperators.LSHR, shift)
                .and(1)
                .lanewise(VectorOperators.LSHL, 4);
        IntVector high =
            IntVector.broadcast(Lanes.INTS, h >>> 16)
                .lanewise(VectorOperators.LSHR, shift)
                .and(1)
                .lanewise(VectorOperators.LSHL, 4);
        ((FloatVector) q.and(15).or(low).sub(16).convertShape(VectorOperators.I2F, Lanes.FLOATS, 0))
            .mul(d)
            .intoArray(out, to + i);
        ((FloatVector)
                q.lanewise(VectorOperators.LSHR, 4)
                    .or(high)
                    .sub(16)
                    .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0))
            .mul(d)
            .intoArray(out, to + 16 + i);
      }
    }
  }
}
