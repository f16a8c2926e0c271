package dev.quern.quantizers.type;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;

/// Floats of four bits, one of sign, two of exponent and one of fraction, as MXFP4 and NVFP4 store
/// them. Their values are doubled here, so that they are whole, and the scales are halved.
final class SmallFloats {
  private static final float[] VALUES = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  private SmallFloats() {}

  /// `2^(e - 128)`.
  static float powerOfTwo(int e) {
    return Float.intBitsToFloat(e < 2 ? 0x00200000 << e : (e - 1) << 23);
  }

  /// Half of the float with four bits of exponent and three of fraction in `bits`; its sign bit
  /// does not count, and 127 stands for zero as well.
  static float halfOfByte(int bits) {
    if (bits == 127) {
      return 0;
    }
    int exponent = bits >> 3 & 15;
    int fraction = bits & 7;
    return exponent == 0 ? fraction * 0x1p-10f : (8 + fraction) * powerOfTwo(exponent + 117);
  }

  /// Decodes `2 * bytes` weights.
  static void decode(MemorySegment in, long at, int bytes, float d, float[] out, int to) {
    for (int i = 0; i < bytes; i++) {
      int q = in.get(Le.BYTE, at + i);
      out[to + i] = d * VALUES[q & 15];
      out[to + bytes + i] = d * VALUES[q >> 4 & 15];
    }
  }

  static void mxfp4(float[] x, int at, byte[] out, int to) {
    float peak = peak(x, at, 32);
    int e = peak > 0 ? (exponent(peak) - 2 + 127) & 0xff : 0;
    out[to] = (byte) e;
    encode(x, at, 16, powerOfTwo(e), out, to + 1);
  }

  static void nvfp4(float[] x, int at, byte[] out, int to) {
    for (int j = 0; j < 4; j++) {
      int scale = toByte(peak(x, at + 16 * j, 16) / 6);
      out[to + j] = (byte) scale;
      encode(x, at + 16 * j, 8, halfOfByte(scale), out, to + 4 + 8 * j);
    }
  }

  private static void encode(float[] x, int at, int bytes, float d, byte[] out, int to) {
    for (int i = 0; i < bytes; i++) {
      out[to + i] = (byte) (nearest(x[at + i], d) | nearest(x[at + bytes + i], d) << 4);
    }
  }

  /// The number of the first value that no other is nearer than.
  private static int nearest(float x, float d) {
    int nearest = 0;
    float least = Math.abs(VALUES[0] * d - x);
    for (int i = 1; i < 16; i++) {
      float error = Math.abs(VALUES[i] * d - x);
      if (error < least) {
        nearest = i;
        least = error;
      }
    }
    return nearest;
  }

  private static float peak(float[] x, int at, int n) {
    float peak = 0;
    for (int i = at; i < at + n; i++) {
      peak = peak < Math.abs(x[i]) ? Math.abs(x[i]) : peak;
    }
    return peak;
  }

  /// The logarithm to base two as a float, cut down to an integer: just below a power of two it has
  /// been rounded up to it.
  private static int exponent(float x) {
    return Rounding.truncate((float) Math.floor((float) (Math.log(x) / Math.log(2))));
  }

  /// The float of eight bits nearest to `x`, which is not negative; halves of the last bit go up.
  private static int toByte(float x) {
    if (!(x > 0)) {
      return 0;
    }
    int bits = Float.floatToRawIntBits(Math.min(x, 448f));
    int exponent = (bits >> 23) - 120;
    if (exponent <= 0) {
      return Math.min(7, (int) (x * 512 + 0.5f));
    }
    // a carry out of the fraction raises the exponent
    int rounded = (exponent << 3 | (bits >> 20 & 7)) + (bits >> 19 & 1);
    return exponent >= 15 || rounded >= 15 << 3 ? 0x7e : rounded;
  }
}
