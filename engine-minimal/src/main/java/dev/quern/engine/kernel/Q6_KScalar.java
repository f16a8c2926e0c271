package dev.quern.engine.kernel;

/// The scalar twin of [Q6_KGroups].
final class Q6_KScalar extends ScalarColumns {
  Q6_KScalar() {
    super(256, 105);
  }

  /// Weight `i` of a block, from -32 to 31.
  private static int weight(short[] block, int lane, int i) {
    int first = 2 + i / 32 + i / 8 * 3;
    int place = i & 7;
    if (place < 6) {
      return ((bits(block, lane, first + place / 2) >> (6 * (place & 1))) & 63) - 32;
    }
    int upper = (bits(block, lane, first + 2) >> (8 + 2 * (place & 1))) & 48;
    return ((bits(block, lane, first + place - 6) >> 12) | upper) - 32;
  }

  private static int scale(short[] block, int lane, int i) {
    return (byte) (bits(block, lane, 1 + i / 32 * 13) >> ((i >> 1) & 8));
  }

  @Override
  float add(short[] block, int lane, RoundedVector x, int b, float y) {
    float t = 0;
    for (int k = 0; k < 256; k += 32) {
      int sum = 0;
      for (int part = k; part < k + 32; part += 16) {
        int products = 0;
        for (int i = part; i < part + 16; i++) {
          products += weight(block, lane, i) * x.rounded(b + i);
        }
        sum += products * scale(block, lane, part);
      }
      t = Math.fma((float) sum, x.scales[(b + k) >> 5], t);
    }
    return Math.fma(t, small(bits(block, lane, 0)), y);
  }

  @Override
  void decode(short[] block, int lane, float[] out, int to, int ld) {
    float d = half(bits(block, lane, 0));
    for (int k = 0; k < 256; k += 16) {
      float scale = scale(block, lane, k) * d;
      for (int i = k; i < k + 16; i++) {
        out[to + i * ld] = weight(block, lane, i) * scale;
      }
    }
  }
}
