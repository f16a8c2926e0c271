package dev.quern.engine.kernel;

import java.util.Arrays;

/// Activations for [NibbleProduct]: tokens in lanes, rounded to 8 bits a block of 32.
///
/// As in [Tile], groups of vectors of tokens, element after element, in slices of elements. An int
/// has two tokens: the one in the upper half is [Lanes#LENGTH] behind that in the lower.
public final class NibbleColumns {
  /// Tokens in a vector.
  public static final int WIDTH = 2 * Lanes.LENGTH;

  private static final float IN_UPPER_HALF = 0x1p-16f;

  /// Rounded numbers, two tokens in an int.
  int[] values = {};

  /// Scales for sums in the upper halves of ints: for each 32 elements, the tokens of a group side
  /// by side; group after group.
  float[] scales = {};

  /// Sums of the numbers that were rounded to, in the same order.
  float[] sums = {};

  /// Makes room for `columns` tokens, a multiple of [#WIDTH], of `length` elements.
  public void reserve(int columns, int length) {
    int needed = Math.multiplyExact(columns, length);
    if (values.length < needed / 2) {
      values = new int[needed / 2];
      scales = new float[needed / 32];
      sums = new float[needed / 32];
    }
  }

  /// Vectors in the group that starts when `left` vectors are left.
  public static int group(int left) {
    return Math.min(left, 2);
  }

  /// Rounds and places 32 elements of the tokens of one vector.
  ///
  /// @param x where token `i` of the vector begins at `at + i * stride`
  /// @param present tokens that there are; the others are zero
  /// @param to index of the vector in [#values]
  /// @param toScales index of its scales
  /// @param width ints of all vectors of the group
  /// @param low scratch of 32 ints
  /// @param high the same
  public void place(
      float[] x,
      int at,
      int stride,
      int present,
      int to,
      int toScales,
      int width,
      int[] low,
      int[] high) {
    for (int i = 0; i < Lanes.LENGTH; i++) {
      round(x, at + i * stride, i < present, low, toScales + i);
      int other = i + Lanes.LENGTH;
      round(x, at + other * stride, other < present, high, toScales + other);
      for (int k = 0; k < 32; k++) {
        values[to + i + k * width] = (low[k] & 0xffff) | high[k] << 16;
      }
    }
  }

  private void round(float[] x, int at, boolean present, int[] out, int scale) {
    if (!present) {
      Arrays.fill(out, 0);
      scales[scale] = 0;
      sums[scale] = 0;
      return;
    }
    float d = Rounding32.round(x, at, out);
    int sum = 0;
    for (int k = 0; k < 32; k++) {
      sum += out[k];
    }
    scales[scale] = d * IN_UPPER_HALF;
    sums[scale] = d * sum;
  }
}
