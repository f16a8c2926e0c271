package dev.quern.engine.kernel;

/// A vector of activations for [GroupKernel]s: rounded to 8 bits a block of 32, and as it was.
///
/// Each rounded number is twice in an int: broadcast, it fills the shorts of a vector.
public final class RoundedVector {
  /// Half of what brings the bits of a half, put into the place of a float's, to its value. The
  /// other half is multiplied with the result, so that neither step leaves the range of floats.
  static final float HALF_WAY = 0x1p56f;

  /// Rounded numbers, twice in an int.
  final int[] pairs;

  /// Scale of each 32, times [#HALF_WAY].
  final float[] scales;

  /// Sum of each 8 rounded numbers.
  final int[] sums8;

  /// Sum of each 32 rounded numbers.
  final int[] sums;

  /// The numbers before rounding, times [#HALF_WAY].
  final float[] exact;

  private final int[] block = new int[32];

  /// Room for vectors of up to `length` elements.
  public RoundedVector(int length) {
    pairs = new int[length];
    scales = new float[length / 32 + 1];
    sums8 = new int[length / 8 + 1];
    sums = new int[length / 32 + 1];
    exact = new float[length];
  }

  /// Rounds `n` floats from index `from`, a whole number of blocks of 32.
  public void round(float[] x, int from, int n) {
    for (int at = 0; at < n; at += 32) {
      scales[at >> 5] = Rounding32.round(x, from + at, block) * HALF_WAY;
      int sum = 0;
      for (int i = 0; i < 32; i += 8) {
        int part = 0;
        for (int j = i; j < i + 8; j++) {
          part += block[j];
        }
        sums8[(at + i) >> 3] = part;
        sum += part;
      }
      sums[at >> 5] = sum;
      for (int i = 0; i < 32; i++) {
        pairs[at + i] = twice(block[i]);
      }
    }
    for (int i = 0; i < n; i++) {
      exact[i] = x[from + i] * HALF_WAY;
    }
  }

  /// Rounded number `i`.
  int rounded(int i) {
    return (short) pairs[i];
  }

  /// `q` in both halves of an int.
  static int twice(int q) {
    return (q & 0xffff) | q << 16;
  }
}
