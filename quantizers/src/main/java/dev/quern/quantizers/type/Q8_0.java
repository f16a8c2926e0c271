package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// Q8_0: 32 weights as signed bytes under one half-precision scale, 8.5 bits per weight.
///
/// | at | bytes | field | meaning                    |
/// |---:|------:|-------|----------------------------|
/// |  0 |     2 | `d`   | scale, IEEE half           |
/// |  2 |    32 | `q`   | weights, `x[i] = d * q[i]` |
public final class Q8_0 implements BlockCodec {

  @Override
  public GgmlType type() {
    return GgmlType.Q8_0;
  }

  @Override
  public void decode(MemorySegment in, long at, float[] out, int to, int n) {
    int blocks = Blocks.count(GgmlType.Q8_0, n);
    if (Lanes.BYTES_FIT) {
      decodeLanes(in, at, out, to, blocks);
    } else {
      decodeScalar(in, at, out, to, blocks);
    }
  }

  @Override
  public RowEncoder newEncoder() {
    return LaneEncoder.ofBlocks(GgmlType.Q8_0, SmallBlockLanes::q8_0);
  }

  @Override
  public RowEncoder newScalarEncoder() {
    return new ScalarEncoder(GgmlType.Q8_0, SmallBlocks::q8_0);
  }

  static void decodeScalar(MemorySegment in, long at, float[] out, int to, int blocks) {
    for (int b = 0; b < blocks; b++, at += 34, to += 32) {
      float d = Halves.get(in, at);
      for (int i = 0; i < 32; i++) {
        out[to + i] = in.get(Le.BYTE, at + 2 + i) * d;
      }
    }
  }

  private static void decodeLanes(MemorySegment in, long at, float[] out, int to, int blocks) {
    for (int b = 0; b < blocks; b++, at += 34, to += 32) {
      float d = Halves.get(in, at);
      for (int i = 0; i < 32; i += Lanes.COUNT) {
        ((FloatVector)
                ByteVector.fromMemorySegment(Lanes.BYTES, in, at + 2 + i, ByteOrder.LITTLE_ENDIAN)
                    .convertShape(VectorOperators.B2F, Lanes.FLOATS, 0))
            .mul(d)
            .intoArray(out, to + i);
      }
    }
  }
}
