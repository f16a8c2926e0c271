package dev.quern.quantizers.type;

import java.util.Arrays;

/// The encoders of the types whose weights are little more than signs. There is nothing to search.
final class Ternary {
  private Ternary() {}

  static void tq1_0(float[] x, int at, byte[] out, int to) {
    float d = peak(x, at, 256);
    float inverse = d != 0 ? 1 / d : 0;
    putDigits(x, at, inverse, 32, 5, out, to);
    putDigits(x, at + 160, inverse, 16, 5, out, to + 32);
    putDigits(x, at + 240, inverse, 4, 4, out, to + 48);
    Halves.put(out, to + 52, d);
  }

  private static void putDigits(
      float[] x, int at, float inverse, int bytes, int digits, byte[] out, int to) {
    for (int i = 0; i < bytes; i++) {
      int q = 0;
      for (int k = 0; k < digits; k++) {
        q = 3 * q + sign(x[at + bytes * k + i] * inverse);
      }
      q = digits == 4 ? 3 * q : q;
      out[to + i] = (byte) (((q & 0xff) * 256 + 242) / 243);
    }
  }

  static void tq2_0(float[] x, int at, byte[] out, int to) {
    float d = peak(x, at, 256);
    float inverse = d != 0 ? 1 / d : 0;
    for (int i = 0; i < 64; i++) {
      int q = 0;
      for (int k = 0; k < 4; k++) {
        q += (sign(x[at + 128 * (i / 32) + 32 * k + i % 32] * inverse) & 3) << (2 * k);
      }
      out[to + i] = (byte) q;
    }
    Halves.put(out, to + 64, d);
  }

  static void q1_0(float[] x, int at, byte[] out, int to) {
    float sum = 0;
    for (int i = 0; i < 128; i++) {
      sum += Math.abs(x[at + i]);
    }
    Halves.put(out, to, sum / 128);
    Arrays.fill(out, to + 2, to + 18, (byte) 0);
    for (int i = 0; i < 128; i++) {
      out[to + 2 + i / 8] |= (byte) ((x[at + i] >= 0 ? 1 : 0) << (i % 8));
    }
  }

  static void q2_0(float[] x, int at, byte[] out, int to) {
    float d = peak(x, at, 64);
    float inverse = d > 0 ? 1 / d : 0;
    Halves.put(out, to, d);
    Arrays.fill(out, to + 2, to + 18, (byte) 0);
    for (int i = 0; i < 64; i++) {
      int q = Rounding.halfAwayFromZero(x[at + i] * inverse) + 1;
      out[to + 2 + i / 4] |= (byte) (Math.max(0, Math.min(3, q)) << (2 * (i % 4)));
    }
  }

  /// Nearest integer plus one; a value that no 64-bit integer holds counts as zero.
  private static int sign(float value) {
    return Float.isFinite(value) ? Rounding.halfAwayFromZero(value) + 1 : 1;
  }

  private static float peak(float[] x, int at, int n) {
    float peak = 0;
    for (int i = at; i < at + n; i++) {
      peak = peak > Math.abs(x[i]) ? peak : Math.abs(x[i]);
    }
    return peak;
  }
}
