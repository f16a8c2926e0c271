package dev.quern.quantizers.type;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;

/// The sixteen values of IQ4_NL and IQ4_XS: closer together near zero, where most weights are.
final class UnevenTable {
  private static final int[] VALUES = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  /// The values as floats.
  static final float[] FLOATS = new float[16];

  /// Where a value takes over from the one before; the first has none.
  static final float[] MIDDLES = new float[16];

  static {
    for (int i = 0; i < 16; i++) {
      FLOATS[i] = VALUES[i];
      MIDDLES[i] = i == 0 ? Float.NEGATIVE_INFINITY : (VALUES[i - 1] + VALUES[i]) / 2f;
    }
  }

  private UnevenTable() {}

  /// The number of the value nearest to `x`, of two the greater one.
  static int nearest(float x) {
    int level = 0;
    for (int i = 1; i < 16; i++) {
      level = x >= MIDDLES[i] ? i : level;
    }
    return level;
  }

  /// Decodes 32 weights from 16 bytes of nibbles.
  static void decode(MemorySegment in, long at, float scale, float[] out, int to) {
    for (int i = 0; i < 16; i++) {
      int q = in.get(Le.BYTE, at + i);
      out[to + i] = scale * FLOATS[q & 15];
      out[to + 16 + i] = scale * FLOATS[q >> 4 & 15];
    }
  }
}
