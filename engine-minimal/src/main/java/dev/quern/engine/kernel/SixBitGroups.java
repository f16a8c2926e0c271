package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// The scales and minima of Q4_K and Q5_K in groups of rows. Each 32 weights begin with a short of
/// their own: the scale in its lower six bits, the minimum in the next six, and above them four
/// bits of what all scales of the block are multiplied with, or in its second half all minima.
///
/// Nothing lies together at the head of a block, so that memory is read at one pace: it then comes
/// two to three times as fast (two cores of Zen 5).
final class SixBitGroups {
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final long BYTES = Interleaving.BYTES;
  private static final ShortVector UPPER_BITS = Lanes.NO_SHORTS.add((short) 0xf000);
  private static final IntVector SIX_BITS = Lanes.NO_INTS.add(63);
  private static final IntVector HALF = Lanes.NO_INTS.add(0x8fffe000);

  private SixBitGroups() {}

  /// What the 32 weights `j` of a block begin with.
  ///
  /// @param head bytes 0 to 7 of the block in the file
  /// @param tail bytes 8 to 15
  static short head(long head, long tail, int j) {
    long scale = SixBits.scales(head, tail) >>> (8 * j) & 63;
    long minimum = SixBits.minima(tail) >>> (8 * j) & 63;
    return (short) (scale | minimum << 6 | (head >>> (4 * j)) << 12);
  }

  /// Puts the scales of the eight blocks from byte `at` on, each of `shorts` shorts, and the
  /// offsets of weights that are lowered by `lowered`, in `tile` from block `block`.
  static void decode(
      MemorySegment w, long at, int shorts, NibbleTile tile, int block, int lowered) {
    ShortVector first = ShortVector.zero(SHORTS);
    ShortVector second = ShortVector.zero(SHORTS);
    for (int j = 0; j < 4; j++) {
      long from = at + (long) j * shorts * BYTES;
      int shift = 12 - 4 * j;
      ShortVector a = ShortVector.fromMemorySegment(SHORTS, w, from, ORDER);
      ShortVector b = ShortVector.fromMemorySegment(SHORTS, w, from + 4L * shorts * BYTES, ORDER);
      first = a.and(UPPER_BITS).lanewise(LSHR, shift).or(first);
      second = b.and(UPPER_BITS).lanewise(LSHR, shift).or(second);
    }
    IntVector d = first.reinterpretAsInts();
    IntVector e = second.reinterpretAsInts();
    FloatVector d0 =
        d.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(0x1p112f);
    FloatVector d1 = d.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(0x1p112f);
    FloatVector e0 =
        e.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(0x1p112f);
    FloatVector e1 = e.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(0x1p112f);
    for (int j = 0; j < 8; j++) {
      IntVector h =
          ShortVector.fromMemorySegment(SHORTS, w, at + (long) j * shorts * BYTES, ORDER)
              .reinterpretAsInts();
      FloatVector s0 = ((FloatVector) h.and(SIX_BITS).convert(I2F, 0)).mul(d0);
      FloatVector s1 = ((FloatVector) h.lanewise(LSHR, 16).and(SIX_BITS).convert(I2F, 0)).mul(d1);
      FloatVector m0 = ((FloatVector) h.lanewise(LSHR, 6).and(SIX_BITS).convert(I2F, 0)).mul(e0);
      FloatVector m1 = ((FloatVector) h.lanewise(LSHR, 22).and(SIX_BITS).convert(I2F, 0)).mul(e1);
      int scale = (block + j) * NibbleTile.ROWS;
      s0.intoArray(tile.scales, scale);
      s1.intoArray(tile.scales, scale + Lanes.LENGTH);
      s0.mul(lowered).sub(m0).intoArray(tile.offsets, scale);
      s1.mul(lowered).sub(m1).intoArray(tile.offsets, scale + Lanes.LENGTH);
    }
  }
}
