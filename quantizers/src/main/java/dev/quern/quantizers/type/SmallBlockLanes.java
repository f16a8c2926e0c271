package dev.quern.quantizers.type;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/// The kernels of the types with 32 weights in a block. There is no search, so a vector holds
/// neighbouring weights of one block.
///
/// A scale so small that its inverse is infinite sends the block to [SmallBlocks].
final class SmallBlockLanes {
  /// Added to the magnitude before the fraction is cut off, the largest float below one half rounds
  /// halves away from zero: exact for values below 2^22.
  private static final int BELOW_HALF_BITS = 0x3effffff;

  private SmallBlockLanes() {}

  static void q8_0(float[] x, int at, byte[] out, int to) {
    float d = peak(x, at) / 127;
    float inverse = d != 0 ? 1 / d : 0;
    if (Float.isInfinite(inverse)) {
      SmallBlocks.q8_0(x, at, out, to);
      return;
    }
    Halves.put(out, to, d);
    for (int i = 0; i < 32; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, x, at + i).mul(inverse);
      FloatVector half =
          v.reinterpretAsInts().and(0x80000000).or(BELOW_HALF_BITS).reinterpretAsFloats();
      ((ByteVector)
              v.add(half)
                  .convertShape(VectorOperators.F2I, Lanes.INTS, 0)
                  .convertShape(VectorOperators.I2B, Lanes.BYTES, 0))
          .intoArray(out, to + 2 + i);
    }
  }

  static void q4_0(float[] x, int at, byte[] out, int to) {
    float d = farthest(x, at) / -8;
    float inverse = d != 0 ? 1 / d : 0;
    if (Float.isInfinite(inverse)) {
      SmallBlocks.q4_0(x, at, out, to);
      return;
    }
    Halves.put(out, to, d);
    for (int i = 0; i < 16; i += Lanes.COUNT) {
      FloatVector low = FloatVector.fromArray(Lanes.FLOATS, x, at + i);
      FloatVector high = FloatVector.fromArray(Lanes.FLOATS, x, at + 16 + i);
      IntVector a =
          (IntVector) low.mul(inverse).add(8.5f).convertShape(VectorOperators.F2I, Lanes.INTS, 0);
      IntVector b =
          (IntVector) high.mul(inverse).add(8.5f).convertShape(VectorOperators.F2I, Lanes.INTS, 0);
      ((ByteVector)
              a.min(15)
                  .or(b.min(15).lanewise(VectorOperators.LSHL, 4))
                  .convertShape(VectorOperators.I2B, Lanes.BYTES, 0))
          .intoArray(out, to + 2 + i);
    }
  }

  static void q5_0(float[] x, int at, byte[] out, int to) {
    float d = farthest(x, at) / -16;
    float inverse = d != 0 ? 1 / d : 0;
    if (Float.isInfinite(inverse)) {
      SmallBlocks.q5_0(x, at, out, to);
      return;
    }
    Halves.put(out, to, d);
    long bits = 0;
    for (int i = 0; i < 16; i += Lanes.COUNT) {
      FloatVector low = FloatVector.fromArray(Lanes.FLOATS, x, at + i);
      FloatVector high = FloatVector.fromArray(Lanes.FLOATS, x, at + 16 + i);
      IntVector a =
          (IntVector) low.mul(inverse).add(16.5f).convertShape(VectorOperators.F2I, Lanes.INTS, 0);
      IntVector b =
          (IntVector) high.mul(inverse).add(16.5f).convertShape(VectorOperators.F2I, Lanes.INTS, 0);
      a = a.min(31);
      b = b.min(31);
      bits |= a.compare(VectorOperators.GT, 15).toLong() << i;
      bits |= b.compare(VectorOperators.GT, 15).toLong() << (16 + i);
      ((ByteVector)
              a.and(15)
                  .or(b.lanewise(VectorOperators.LSHL, 4))
                  .convertShape(VectorOperators.I2B, Lanes.BYTES, 0))
          .intoArray(out, to + 6 + i);
    }
    SmallBlocks.putInt(out, to + 2, (int) bits);
  }

  static void q4_1(float[] x, int at, byte[] out, int to) {
    float min = least(x, at);
    float d = (greatest(x, at) - min) / 15;
    float inverse = d != 0 ? 1 / d : 0;
    if (Float.isInfinite(inverse) || Float.isInfinite(d)) {
      SmallBlocks.q4_1(x, at, out, to);
      return;
    }
    Halves.put(out, to, d);
    Halves.put(out, to + 2, min);
    for (int i = 0; i < 16; i += Lanes.COUNT) {
      FloatVector low = FloatVector.fromArray(Lanes.FLOATS, x, at + i).sub(min).mul(inverse);
      FloatVector high = FloatVector.fromArray(Lanes.FLOATS, x, at + 16 + i).sub(min).mul(inverse);
      IntVector a = (IntVector) low.add(0.5f).convertShape(VectorOperators.F2I, Lanes.INTS, 0);
      IntVector b = (IntVector) high.add(0.5f).convertShape(VectorOperators.F2I, Lanes.INTS, 0);
      ((ByteVector)
              a.min(15)
                  .or(b.min(15).lanewise(VectorOperators.LSHL, 4))
                  .convertShape(VectorOperators.I2B, Lanes.BYTES, 0))
          .intoArray(out, to + 4 + i);
    }
  }

  static void q5_1(float[] x, int at, byte[] out, int to) {
    float min = least(x, at);
    float d = (greatest(x, at) - min) / 31;
    float inverse = d != 0 ? 1 / d : 0;
    if (Float.isInfinite(inverse) || Float.isInfinite(d)) {
      SmallBlocks.q5_1(x, at, out, to);
      return;
    }
    Halves.put(out, to, d);
    Halves.put(out, to + 2, min);
    long bits = 0;
    for (int i = 0; i < 16; i += Lanes.COUNT) {
      FloatVector low = FloatVector.fromArray(Lanes.FLOATS, x, at + i).sub(min).mul(inverse);
      FloatVector high = FloatVector.fromArray(Lanes.FLOATS, x, at + 16 + i).sub(min).mul(inverse);
      IntVector a = (IntVector) low.add(0.5f).convertShape(VectorOperators.F2I, Lanes.INTS, 0);
      IntVector b = (IntVector) high.add(0.5f).convertShape(VectorOperators.F2I, Lanes.INTS, 0);
      bits |= a.and(16).compare(VectorOperators.NE, 0).toLong() << i;
      bits |= b.and(16).compare(VectorOperators.NE, 0).toLong() << (16 + i);
      ((ByteVector)
              a.and(15)
                  .or(b.lanewise(VectorOperators.LSHL, 4))
                  .convertShape(VectorOperators.I2B, Lanes.BYTES, 0))
          .intoArray(out, to + 8 + i);
    }
    SmallBlocks.putInt(out, to + 4, (int) bits);
  }

  /// The greatest magnitude; the bits of a float without its sign grow with it.
  private static float peak(float[] x, int at) {
    IntVector peak = IntVector.zero(Lanes.INTS);
    for (int i = at; i < at + 32; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, x, i);
      peak = v.reinterpretAsInts().and(0x7fffffff).max(peak);
    }
    IntVector all = IntVector.zero(Lanes.INTS).max(peak); // a receiver that was made here
    return Float.intBitsToFloat(all.reduceLanes(VectorOperators.MAX));
  }

  /// The first of the weights with the greatest magnitude; 0 if that is zero. Which half of the
  /// block it is in cannot be predicted, so nothing branches on it.
  private static float farthest(float[] x, int at) {
    float peak = peak(x, at);
    long found = 0;
    for (int i = 0; i < 32; i += Lanes.COUNT) {
      VectorMask<Float> equal =
          FloatVector.fromArray(Lanes.FLOATS, x, at + i).abs().compare(VectorOperators.EQ, peak);
      found |= equal.toLong() << i;
    }
    // no weight equals a peak that is not a number
    return peak == 0 || found == 0 ? peak : x[at + Long.numberOfTrailingZeros(found)];
  }

  private static float least(float[] x, int at) {
    FloatVector least = FloatVector.fromArray(Lanes.FLOATS, x, at);
    for (int i = at + Lanes.COUNT; i < at + 32; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, x, i);
      least = v.blend(least, v.compare(VectorOperators.LT, least).not());
    }
    float min = least.reduceLanes(VectorOperators.MIN);
    return min == 0 ? firstZero(x, at) : min;
  }

  private static float greatest(float[] x, int at) {
    FloatVector greatest = FloatVector.fromArray(Lanes.FLOATS, x, at);
    for (int i = at + Lanes.COUNT; i < at + 32; i += Lanes.COUNT) {
      FloatVector v = FloatVector.fromArray(Lanes.FLOATS, x, i);
      greatest = v.blend(greatest, v.compare(VectorOperators.GT, greatest).not());
    }
    return greatest.reduceLanes(VectorOperators.MAX);
  }

  /// The zero that comes first, whatever its sign: it is stored.
  private static float firstZero(float[] x, int at) {
    int i = at;
    while (x[i] != 0) {
      i++;
    }
    return x[i];
  }
}
