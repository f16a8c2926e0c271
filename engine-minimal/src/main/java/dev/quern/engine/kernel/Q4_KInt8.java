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
/// in 16 bits and so do the sums of two such; those are multiplied with the scale of their
/// sub-block in 32 bits. The minima meet the sums of the activations.
final class Q4_KInt8 {
  private static final ShortVector FOUR_BITS = Wide.NO_SHORTS.add((short) 15);
  private static final IntVector SIX_BITS = Wide.NO_INTS.add(63);

  /// Where the scales of the two low sub-blocks of 128 weights are in an int of four.
  private static final IntVector LOW_SCALE =
      Wide.NO_INTS.addIndex(1).lanewise(LSHR, 3).lanewise(LSHL, 4);

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
      long head = w.get(Le.LONG, at);
      long tail = w.get(Le.LONG, at + 8);
      float d = Float.float16ToFloat((short) head) * scale;
      float dmin = Float.float16ToFloat((short) (head >>> 16)) * scale;
      below = Math.fma(dmin, SixBits.dot(SixBits.minima(tail), x.sums, i >> 5), below);
      long scales = SixBits.scales(head, tail);
      IntVector sum = IntVector.zero(Wide.INTS);
      int from = i + 0;
      ShortVector q =
          ShortVector.fromMemorySegment(Wide.SHORTS, w, at + 16 + 0, ByteOrder.LITTLE_ENDIAN);
      ShortVector low =
          q.and(FOUR_BITS)
              .mul(ShortVector.fromArray(Wide.SHORTS, values, from))
              .add(
                  q.lanewise(LSHR, 8)
                      .and(FOUR_BITS)
                      .mul(ShortVector.fromArray(Wide.SHORTS, values, from + 64)));
      ShortVector high =
          q.lanewise(LSHR, 4)
              .and(FOUR_BITS)
              .mul(ShortVector.fromArray(Wide.SHORTS, values, from + 32))
              .add(q.lanewise(LSHR, 12).mul(ShortVector.fromArray(Wide.SHORTS, values, from + 96)));
      IntVector four = IntVector.broadcast(Wide.INTS, (int) (scales >>> 0));
      IntVector lowPairs = low.reinterpretAsInts();
      lowPairs = lowPairs.add(lowPairs.lanewise(LSHL, 16)).lanewise(ASHR, 16);
      sum = sum.add(lowPairs.mul(four.lanewise(LSHR, LOW_SCALE).and(SIX_BITS)));
      IntVector highPairs = high.reinterpretAsInts();
      highPairs = highPairs.add(highPairs.lanewise(LSHL, 16)).lanewise(ASHR, 16);
      sum = sum.add(highPairs.mul(four.lanewise(LSHR, HIGH_SCALE).and(SIX_BITS)));
      from = i + 128;
      q = ShortVector.fromMemorySegment(Wide.SHORTS, w, at + 16 + 64, ByteOrder.LITTLE_ENDIAN);
      low =
          q.and(FOUR_BITS)
              .mul(ShortVector.fromArray(Wide.SHORTS, values, from))
              .add(
                  q.lanewise(LSHR, 8)
                      .and(FOUR_BITS)
                      .mul(ShortVector.fromArray(Wide.SHORTS, values, from + 64)));
      high =
          q.lanewise(LSHR, 4)
              .and(FOUR_BITS)
              .mul(ShortVector.fromArray(Wide.SHORTS, values, from + 32))
              .add(q.lanewise(LSHR, 12).mul(ShortVector.fromArray(Wide.SHORTS, values, from + 96)));
      four = IntVector.broadcast(Wide.INTS, (int) (scales >>> 32));
      lowPairs = low.reinterpretAsInts();
      lowPairs = lowPairs.add(lowPairs.lanewise(LSHL, 16)).lanewise(ASHR, 16);
      sum = sum.add(lowPairs.mul(four.lanewise(LSHR, LOW_SCALE).and(SIX_BITS)));
      highPairs = high.reinterpretAsInts();
      highPairs = highPairs.add(highPairs.lanewise(LSHL, 16)).lanewise(ASHR, 16);
      sum = sum.add(highPairs.mul(four.lanewise(LSHR, HIGH_SCALE).and(SIX_BITS)));
      s = ((FloatVector) sum.convert(I2F, 0)).fma(FloatVector.broadcast(Wide.FLOATS, d), s);
    }
    s = s.add(s.rearrange(Wide.SWAP_8));
    s = s.add(s.rearrange(Wide.SWAP_4));
    s = s.add(s.rearrange(Wide.SWAP_2));
    s = s.add(s.rearrange(Wide.SWAP_1));
    return s.lane(0) - below;
  }
}
