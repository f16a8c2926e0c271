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

/// Q4_1: 32 weights of 4 bits under a half-precision scale and minimum, 5 bits per weight.
///
/// | at | bytes | field | meaning                                                |
/// |---:|------:|-------|--------------------------------------------------------|
/// |  0 |     2 | `d`   | scale, IEEE half                                       |
/// |  2 |     2 | `m`   | minimum, IEEE half                                     |
/// |  4 |    16 | `q`   | low nibble of byte `i`: weight `i`; high: weight 16 + `i` |
///
/// `x = d * q + m`.
public final class Q4_1 implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.Q4_1;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.Q4_1, n);
    if (Lanes.BYTES_FIT) {
      decodeLanes(in, at, out, to, blocks);
    } else {
      decodeScalar(in, at, out, to, blocks);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return new LaneEncoder(GgmlType.Q4_1, 16, new SmallAffineLanes(SmallBlockLanes::q4_1, 15));
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.Q4_1, new SmallAffine(SmallBlocks::q4_1, 15));
  }

  static void decodeScalar(MemorySegment in, long at, float[] out, int to, int blocks) {
    for (int b = 0; b < blocks; b++, at += 20, to += 32) {
      float d = Halves.get(in, at);
      float m = Halves.get(in, at + 2);
      for (int i = 0; i < 16; i++) {
        int q = in.get(Le.BYTE, at + 4 + i);
        out[to + i] = (q & 15) * d + m;
        out[to + 16 + i] = (q >> 4 & 15) * d + m;
      }
    }
  }

  private static void decodeLanes(MemorySegment in, long at, float[] out, int to, int blocks) {
    for (int b = 0; b < blocks; b++, at += 20, to += 32) {
      float d = Halves.get(in, at);
      float m = Halves.get(in, at + 2);
      for (int i = 0; i < 16; i += Lanes.COUNT) {
        IntVector q =
            (IntVector)
                ByteVector.fromMemorySegment(Lanes.BYTES, in, at + 4 + i, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INTS, 0);
        ((FloatVector) q.and(15).convertShape(VectorOperators.I2F, Lanes.FLOATS, 0))
            .mul(d)
            .add(m)
            .intoArray(out, to + i);
        ((FloatVector)
                q.lanewise(VectorOperators.LSHR, 4)
                    .convertShape(VectorOperators.I2F, Lanes.FLOATS, 0))
            .mul(d)
            .add(m)
            .intoArray(out, to + 16 + i);
      }
    }
  }
}
