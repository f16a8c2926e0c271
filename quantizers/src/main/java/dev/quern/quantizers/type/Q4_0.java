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

/// Q4_0: 32 weights of 4 bits under one half-precision scale, 4.5 bits per weight.
///
/// | at | bytes | field | meaning                                                |
/// |---:|------:|-------|--------------------------------------------------------|
/// |  0 |     2 | `d`   | scale, IEEE half                                       |
/// |  2 |    16 | `q`   | low nibble of byte `i`: weight `i`; high: weight 16 + `i` |
///
/// `x = d * (q - 8)`.
public final class Q4_0 implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.Q4_0;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.Q4_0, n);
    if (Lanes.BYTES_FIT) {
      decodeLanes(in, at, out, to, blocks);
    } else {
      decodeScalar(in, at, out, to, blocks);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return new LaneEncoder(GgmlType.Q4_0, 16, new SmallSymmetricLanes(SmallBlockLanes::q4_0, 8));
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.Q4_0, new SmallSymmetric(SmallBlocks::q4_0, 8));
  }

  static void decodeScalar(MemorySegment in, long at, float[] out, int to, int blocks) {
    for (int b = 0; b < blocks; b++, at += 18, to += 32) {
      float d = Halves.get(in, at);
      for (int i = 0; i < 16; i++) {
        int q = in.get(Le.BYTE, at + 2 + i);
        out[to + i] = ((q & 15) - 8) * d;
        out[to + 16 + i] = ((q >> 4 & 15) - 8) * d;
      }
    }
  }

  private static void decodeLanes(MemorySegment in, long at, float[] out, int to, int blocks) {
    for (int b = 0; b < blocks; b++, at += 18, to += 32) {
      float d = Halves.get(in, at);
      for (int i = 0; i < 16; i += Lanes.COUNT) {
        IntVector q =
            (IntVector)
                ByteVector.fromMemorySegment(Lanes.BYTES, in, at + 2 + i, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INTS, 0);
        ((FloatVector) q.and(15).sub(8).convertShape(VectorOperators.I2F, Lanes.FLOATS, 0))
            .mul(d)
            .intoArray(out, to + i);
        ((FloatVector)
                q.lanewise(VectorOperators.LSHR, 4)
                    .sub(8)
                    .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0))
            .mul(d)
            .intoArray(out, to + 16 + i);
      }
    }
  }
}
