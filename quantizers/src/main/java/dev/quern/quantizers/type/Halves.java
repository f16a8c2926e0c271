package dev.quern.quantizers.type;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;

/// IEEE half-precision numbers inside blocks.
final class Halves {
  private Halves() {}

  /// The half at byte `at` as a float.
  static float get(MemorySegment in, long at) {
    return Float.float16ToFloat(in.get(Le.SHORT, at));
  }

  /// The half at `in[at]` as a float.
  static float get(byte[] in, int at) {
    return Float.float16ToFloat((short) ((in[at] & 0xff) | in[at + 1] << 8));
  }

  /// Writes `value`, rounded to the nearest half, and returns it as rounded.
  static float put(byte[] out, int at, float value) {
    short half = Float.floatToFloat16(value);
    out[at] = (byte) half;
    out[at + 1] = (byte) (half >> 8);
    return Float.float16ToFloat(half);
  }
}
