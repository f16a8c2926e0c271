package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/// Q4_K by 8 bits: 64 bytes are read as 32 shorts of four weights each; products of two weights fit
/// in 16 bits, those of a sub-block are added in 32 and multiplied with its scale there. The minima
/// meet the sums of the activations.
final class Q4_KInt8 {
  /// Where the scales of the two low sub-blocks of 128 weights are in an int of four.
  private static final IntVector LOW_SCALE =
      IntVector.zero(Wide.INTS).addIndex(1).lanewise(LSHR, 3).lanewise(LSHL, 4);

  /// Where those of the two high ones are.
  private static final IntVector HIGH_SCALE = LOW_SCALE.add(8);

  private Q4_KInt8() {}

  static void multiply(MemorySegment w, long at, int rows, Int8Vector x, int n, float[] y, int to) {
    long rowBytes = (long) n / 256 * 144;
    for (int r = 0; r < rows; r++) {
      y[to + r] = dot(w, at + r * rowBytes, x, n);
    }
  }

  private static float dot(MemorySegment w, long at, Int8Vector x, int n) {
    short[] values = x.values;
    FloatVector s = FloatVector.zero(Wide.FLOATS);
    float below = 0;
    for (int i = 0; i < n; i += 256, at += 144) {
      float scale = x.scales[i >> 8];
      float d = Float.float16ToFloat(w.get(Le.SHORT, at)) * scale;
      float dmin = Float.float16ToFloat(w.get(Le.SHORT, at + 2)) * scale;
      long scales8 = SixBits.scales(w, at + 4);
      below = Math.fma(dmin, SixBits.dot(SixBits.minima(w, at + 4), x.sums, i >> 5), below);
      ShortVector q =
          ShortVector.fromMemorySegment(Wide.SHORTS, w, at + 16, ByteOrder.LITTLE_ENDIAN);
      ShortVector low =
          q.and((short) 15)
              .mul(ShortVector.fromArray(Wide.SHORTS, values, i + 0))
              .add(
                  q.lanewise(LSHR, 8)
                      .and((short) 15)
                      .mul(ShortVector.fromArray(Wide.SHORTS, values, i + 64)));
      ShortVector high =
          q.lanewise(LSHR, 4)
              .and((short) 15)
              .mul(ShortVector.fromArray(Wide.SHORTS, values, i + 32))
              .add(q.lanewise(LSHR, 12).mul(ShortVector.fromArray(Wide.SHORTS, values, i + 96)));
      IntVector scales = IntVector.broadcast(Wide.INTS, (int) scales8);
      IntVector sum =
          low.reinterpretAsInts()
              .lanewise(LSHL, 16)
              .lanewise(ASHR, 16)
              .add(low.reinterpretAsInts().lanewise(ASHR, 16))
              .mul(scales.lanewise(LSHR, LOW_SCALE).and(63))
              .add(
                  high.reinterpretAsInts()
                      .lanewise(LSHL, 16)
                      .lanewise(ASHR, 16)
                      .add(high.reinterpretAsInts().lanewise(ASHR, 16))
                      .mul(scales.lanewise(LSHR, HIGH_SCALE).and(63)));
      q = ShortVector.fromMemorySegment(Wide.SHORTS, w, at + 80, ByteOrder.LITTLE_ENDIAN);
      low =
          q.and((short) 15)
              .mul(ShortVector.fromArray(Wide.SHORTS, values, i + 128))
              .add(
                  q.lanewise(LSHR, 8)
                      .and((short) 15)
                      .mul(ShortVector.fromArray(Wide.SHORTS, values, i + 192)));
      high =
          q.lanewise(LSHR, 4)
              .and((short) 15)
              .mul(ShortVector.fromArray(Wide.SHORTS, values, i + 160))
              .add(q.lanewise(LSHR, 12).mul(ShortVector.fromArray(Wide.SHORTS, values, i + 224)));
      scales = IntVector.broadcast(Wide.INTS, (int) (scales8 >>> 32));
      sum =
          sum.add(
              low.reinterpretAsInts()
                  .lanewise(LSHL, 16)
                  .lanewise(ASHR, 16)
                  .add(low.reinterpretAsInts().lanewise(ASHR, 16))
                  .mul(scales.lanewise(LSHR, LOW_SCALE).and(63))
                  .add(
                      high.reinterpretAsInts()
                          .lanewise(LSHL, 16)
                          .lanewise(ASHR, 16)
                          .add(high.reinterpretAsInts().lanewise(ASHR, 16))
                          .mul(scales.lanewise(LSHR, HIGH_SCALE).and(63))));
      s = ((FloatVector) sum.convert(I2F, 0)).fma(FloatVector.broadcast(Wide.FLOATS, d), s);
    }
    s = s.add(s.rearrange(Wide.SWAP_8));
    s = s.add(s.rearrange(Wide.SWAP_4));
    s = s.add(s.rearrange(Wide.SWAP_2));
    s = s.add(s.rearrange(Wide.SWAP_1));
    return s.lane(0) - below;
  }
}
