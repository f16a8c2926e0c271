package dev.quern.engine.kernel;

/// A vector of activations rounded to 8 bits a block of 256, held in shorts in the order of a
/// layout.
///
/// The scale of a block is its largest magnitude / 127.
public final class Int8Vector {
  final short[] values;
  final float[] scales;
  final int[] sums;
  private final float[] rounded;

  /// Room for vectors of up to `length` elements.
  public Int8Vector(int length) {
    values = new short[length];
    scales = new float[length / 256 + 1];
    sums = new int[length / 16 + 1];
    rounded = new float[256];
  }

  /// Rounds `n` floats from index `from`, a whole number of blocks of 256.
  public void round(Int8Layout layout, float[] x, int from, int n) {
    for (int at = 0; at < n; at += 256) {
      scales[at / 256] = roundBlock(x, from + at);
      switch (layout) {
        case NIBBLES -> {
          placeNibbles(at);
          sum(at, 32, 1);
        }
        case EVEN_ODD -> {
          for (int i = 0; i < 256; i += 64) {
            split(i, at + i, 32);
          }
          sum(at, 16, -32);
        }
      }
    }
  }

  /// Rounds one block to `rounded` and returns its scale.
  private float roundBlock(float[] x, int at) {
    float peak = 0;
    for (int i = 0; i < 256; i++) {
      peak = Math.max(peak, Math.abs(x[at + i]));
    }
    float inverse = peak == 0 ? 0 : 127 / peak;
    for (int i = 0; i < 256; i++) {
      rounded[i] = x[at + i] * inverse + Exponential.ROUND - Exponential.ROUND;
    }
    return peak / 127;
  }

  /// Places `count` elements from even places, then as many from odd ones.
  private void split(int from, int to, int count) {
    place(from, 2, to, count);
    place(from + 1, 2, to + count, count);
  }

  private void placeNibbles(int at) {
    for (int half = 0; half < 256; half += 128) {
      for (int chunk = 0; chunk < 2; chunk++) {
        int from = half + 64 * chunk;
        int to = at + half + 16 * chunk;
        place(from, 2, to, 16);
        place(from + 32, 2, to + 32, 16);
        place(from + 1, 2, to + 64, 16);
        place(from + 33, 2, to + 96, 16);
      }
    }
  }

  private void place(int from, int step, int to, int count) {
    for (int i = 0; i < count; i++) {
      values[to + i] = (short) rounded[from + i * step];
    }
  }

  private void sum(int at, int size, int factor) {
    for (int i = 0; i < 256; i += size) {
      float sum = 0;
      for (int j = 0; j < size; j++) {
        sum += rounded[i + j];
      }
      sums[(at + i) / size] = factor * (int) sum;
    }
  }
}
