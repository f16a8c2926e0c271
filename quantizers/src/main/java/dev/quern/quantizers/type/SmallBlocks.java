package dev.quern.quantizers.type;

/// The scalar encoders of the types with 32 weights in a block.
final class SmallBlocks {
  private static final int SIZE = 32;

  private SmallBlocks() {}

  static void q8_0(float[] x, int at, byte[] out, int to) {
    float peak = 0;
    for (int i = 0; i < SIZE; i++) {
      peak = Math.max(peak, Math.abs(x[at + i]));
    }
    float d = peak / 127;
    float inverse = d != 0 ? 1 / d : 0; // of the scale before it is rounded to a half
    Halves.put(out, to, d);
    for (int i = 0; i < SIZE; i++) {
      out[to + 2 + i] = (byte) Rounding.halfAwayFromZero(x[at + i] * inverse);
    }
  }

  static void q4_0(float[] x, int at, byte[] out, int to) {
    float d = farthest(x, at) / -8;
    float inverse = d != 0 ? 1 / d : 0;
    Halves.put(out, to, d);
    for (int i = 0; i < 16; i++) {
      int low = level(x[at + i] * inverse + 8.5f, 15);
      int high = level(x[at + 16 + i] * inverse + 8.5f, 15);
      out[to + 2 + i] = (byte) (low | high << 4);
    }
  }

  static void q5_0(float[] x, int at, byte[] out, int to) {
    float d = farthest(x, at) / -16;
    float inverse = d != 0 ? 1 / d : 0;
    Halves.put(out, to, d);
    int bits = 0;
    for (int i = 0; i < 16; i++) {
      int low = level(x[at + i] * inverse + 16.5f, 31);
      int high = level(x[at + 16 + i] * inverse + 16.5f, 31);
      out[to + 6 + i] = (byte) ((low & 15) | (high & 15) << 4);
      bits |= (low >> 4) << i | (high >> 4) << (16 + i);
    }
    putInt(out, to + 2, bits);
  }

  static void q4_1(float[] x, int at, byte[] out, int to) {
    float min = least(x, at);
    float d = (greatest(x, at) - min) / 15;
    float inverse = d != 0 ? 1 / d : 0;
    Halves.put(out, to, d);
    Halves.put(out, to + 2, min);
    for (int i = 0; i < 16; i++) {
      int low = level((x[at + i] - min) * inverse + 0.5f, 15);
      int high = level((x[at + 16 + i] - min) * inverse + 0.5f, 15);
      out[to + 4 + i] = (byte) (low | high << 4);
    }
  }

  static void q5_1(float[] x, int at, byte[] out, int to) {
    float min = least(x, at);
    float d = (greatest(x, at) - min) / 31;
    float inverse = d != 0 ? 1 / d : 0;
    Halves.put(out, to, d);
    Halves.put(out, to + 2, min);
    int bits = 0;
    for (int i = 0; i < 16; i++) {
      int low = Rounding.truncate((x[at + i] - min) * inverse + 0.5f);
      int high = Rounding.truncate((x[at + 16 + i] - min) * inverse + 0.5f);
      out[to + 8 + i] = (byte) ((low & 15) | (high & 15) << 4);
      bits |= (low >> 4 & 1) << i | (high >> 4 & 1) << (16 + i);
    }
    putInt(out, to + 4, bits);
  }

  /// The first of the weights with the greatest magnitude.
  private static float farthest(float[] x, int at) {
    float peak = 0;
    float farthest = 0;
    for (int i = 0; i < SIZE; i++) {
      float v = x[at + i];
      if (peak < Math.abs(v)) {
        peak = Math.abs(v);
        farthest = v;
      }
    }
    return farthest;
  }

  private static float least(float[] x, int at) {
    float least = Float.MAX_VALUE;
    for (int i = 0; i < SIZE; i++) {
      least = x[at + i] < least ? x[at + i] : least;
    }
    return least;
  }

  private static float greatest(float[] x, int at) {
    float greatest = -Float.MAX_VALUE;
    for (int i = 0; i < SIZE; i++) {
      greatest = x[at + i] > greatest ? x[at + i] : greatest;
    }
    return greatest;
  }

  /// Through a signed byte, as the reference casts, then at most `top`.
  private static int level(float value, int top) {
    return Math.min(top, (byte) Rounding.truncate(value)) & 0xff;
  }

  /// Writes 32 levels as nibbles, after their fifth bits if they have any.
  static void putLevels(int[] levels, boolean fifth, byte[] out, int to) {
    int bits = 0;
    int start = fifth ? to + 4 : to;
    for (int i = 0; i < 16; i++) {
      out[start + i] = (byte) ((levels[i] & 15) | (levels[i + 16] & 15) << 4);
      bits |= (levels[i] >> 4) << i | (levels[i + 16] >> 4) << (i + 16);
    }
    if (fifth) {
      putInt(out, to, bits);
    }
  }

  /// Writes `value`, lowest byte first.
  static void putInt(byte[] out, int at, int value) {
    for (int i = 0; i < 4; i++) {
      out[at + i] = (byte) (value >>> (8 * i));
    }
  }
}
