package dev.quern.engine.kernel;

import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
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
}
