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

/// The scales and minima of Q4_K and Q5_K in groups of rows; see [SixBits].
final class SixBitGroups {
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
  private static final long BYTES = Interleaving.BYTES;
  private static final int ROWS = Interleaving.ROWS;
  private static final ShortVector SIX_BITS = Lanes.NO_SHORTS.add((short) 0x3f3f);
  private static final ShortVector FOUR_BITS_EACH = Lanes.NO_SHORTS.add((short) 0x0f0f);
  private static final ShortVector UPPER_BITS = Lanes.NO_SHORTS.add((short) 0x3030);
  private static final IntVector BYTE = Lanes.NO_INTS.add(255);
  private static final IntVector HALF = Lanes.NO_INTS.add(0x8fffe000);

  private SixBitGroups() {}

  /// Puts the scales of the blocks whose head is at byte `at`, two to a short, and then their
  /// minima in `scratch`, the rows of a group side by side.
  static void unpack(MemorySegment w, long at, short[] scratch) {
    for (int i = 0; i < 2; i++) {
      long from = at + i * BYTES;
      ShortVector low = ShortVector.fromMemorySegment(SHORTS, w, from + 2 * BYTES, ORDER);
      ShortVector min = ShortVector.fromMemorySegment(SHORTS, w, from + 4 * BYTES, ORDER);
      ShortVector last = ShortVector.fromMemorySegment(SHORTS, w, from + 6 * BYTES, ORDER);
      low.and(SIX_BITS).intoArray(scratch, i * ROWS);
      min.and(SIX_BITS).intoArray(scratch, (4 + i) * ROWS);
      last.and(FOUR_BITS_EACH)
          .or(low.lanewise(LSHR, 2).and(UPPER_BITS))
          .intoArray(scratch, (2 + i) * ROWS);
      last.lanewise(LSHR, 4)
          .and(FOUR_BITS_EACH)
          .or(min.lanewise(LSHR, 2).and(UPPER_BITS))
          .intoArray(scratch, (6 + i) * ROWS);
    }
  }

  /// Puts the scales of the eight blocks whose head is at byte `at`, and the offsets of weights
  /// that are lowered by `lowered`, in `tile` from block `block`.
  static void decode(MemorySegment w, long at, NibbleTile tile, int block, int lowered) {
    IntVector d = ShortVector.fromMemorySegment(SHORTS, w, at, ORDER).reinterpretAsInts();
    IntVector e = ShortVector.fromMemorySegment(SHORTS, w, at + BYTES, ORDER).reinterpretAsInts();
    FloatVector d0 =
        d.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(0x1p112f);
    FloatVector d1 = d.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(0x1p112f);
    FloatVector e0 =
        e.lanewise(LSHL, 16).lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(0x1p112f);
    FloatVector e1 = e.lanewise(ASHR, 3).and(HALF).reinterpretAsFloats().mul(0x1p112f);
    for (int j = 0; j < 8; j++) {
      // the last four scales and minima have their upper bits in the first four
      long head = at + (j >> 1 & 1) * BYTES;
      int shift = j >> 2 << 1;
      short upper = j < 4 ? (short) 0x3f3f : (short) 0x3030;
      short lower = j < 4 ? 0 : (short) 0x0f0f;
      ShortVector last = ShortVector.fromMemorySegment(SHORTS, w, head + 6 * BYTES, ORDER);
      IntVector scales =
          ShortVector.fromMemorySegment(SHORTS, w, head + 2 * BYTES, ORDER)
              .lanewise(LSHR, shift)
              .and(upper)
              .or(last.and(lower))
              .reinterpretAsInts()
              .lanewise(LSHR, 8 * (j & 1));
      IntVector minima =
          ShortVector.fromMemorySegment(SHORTS, w, head + 4 * BYTES, ORDER)
              .lanewise(LSHR, shift)
              .and(upper)
              .or(last.lanewise(LSHR, 4).and(lower))
              .reinterpretAsInts()
              .lanewise(LSHR, 8 * (j & 1));
      FloatVector s0 = ((FloatVector) scales.and(BYTE).convert(I2F, 0)).mul(d0);
      FloatVector s1 = ((FloatVector) scales.lanewise(LSHR, 16).and(BYTE).convert(I2F, 0)).mul(d1);
      FloatVector m0 = ((FloatVector) minima.and(BYTE).convert(I2F, 0)).mul(e0);
      FloatVector m1 = ((FloatVector) minima.lanewise(LSHR, 16).and(BYTE).convert(I2F, 0)).mul(e1);
      int scale = (block + j) * NibbleTile.ROWS;
      s0.intoArray(tile.scales, scale);
      s1.intoArray(tile.scales, scale + Lanes.LENGTH);
      s0.mul(lowered).sub(m0).intoArray(tile.offsets, scale);
      s1.mul(lowered).sub(m1).intoArray(tile.offsets, scale + Lanes.LENGTH);
    }
  }
}
