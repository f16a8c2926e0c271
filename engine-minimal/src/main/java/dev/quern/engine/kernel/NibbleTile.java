package dev.quern.engine.kernel;

/// A group of rows of four or five bits, decoded for [NibbleProduct].
///
/// The distance of columns is a constant, so that the compiler need not check every index.
public final class NibbleTile {
  /// Rows of a tile.
  public static final int ROWS = Interleaving.ROWS;

  /// The weights, twice in an int, the rows of a column side by side.
  final int[] weights;

  /// Scales, the rows of 32 columns side by side.
  final float[] scales;

  /// Offsets, in the same order, if there are such.
  final float[] offsets;

  NibbleForm form = NibbleForm.PLAIN;

  /// Sums of the products of the rows and columns that are multiplied at once, two in an int: as
  /// many products as add up, and then the next.
  final int[] sums = new int[NibbleProduct.SPAN / 16 * 16 * Lanes.LENGTH];

  /// @param depth columns, a multiple of 32
  public NibbleTile(int depth) {
    this.weights = new int[ROWS * depth];
    this.scales = new float[ROWS * depth / 32];
    this.offsets = new float[ROWS * depth / 32];
  }

  /// Puts the scale of a row for the 32 columns from `column` on, in a tile without offsets.
  void put(int row, int column, float scale) {
    form = NibbleForm.PLAIN;
    scales[(column >> 5) * ROWS + row] = scale;
  }

  /// Puts the scale and the offset of a row for the 32 columns from `column` on.
  void put(NibbleForm form, int row, int column, float scale, float offset) {
    this.form = form;
    scales[(column >> 5) * ROWS + row] = scale;
    offsets[(column >> 5) * ROWS + row] = offset;
  }

  /// Puts an integer.
  void put(int row, int column, int weight) {
    weights[column * ROWS + row] = RoundedVector.twice(weight);
  }
}
