package dev.quern.engine.kernel;

/// Activations for [NibbleProduct]: tokens in lanes, rounded to 8 bits a block of 32.
///
/// As in [Tile], groups of vectors of tokens, element after element, in slices of elements. An int
/// has two tokens: the one in the upper half is [Lanes#LENGTH] behind that in the lower.
public final class NibbleColumns {
  /// Tokens in a vector.
  public static final int WIDTH = 2 * Lanes.LENGTH;

  /// Ints that placing needs: the rounded numbers of a vector.
  public static final int SCRATCH = 32 * WIDTH;

  /// What scales are multiplied with for sums in the upper halves of ints.
  static final float IN_UPPER_HALF = 0x1p-16f;

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
  /// @param scratch [#SCRATCH] ints
  public void place(
      float[] x, int at, int stride, int present, int to, int toScales, int width, int[] scratch) {
    if (NibbleProduct.TWIN.compiled()) {
      NibbleRounding.place(this, x, at, stride, present, to, toScales, width, scratch);
    } else {
      NibbleScalar.place(this, x, at, stride, present, to, toScales, width, scratch);
    }
  }
}
