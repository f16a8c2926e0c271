package dev.quern.engine.kernel;

/// A tile of weights of four bits, decoded for [NibbleProduct].
public final class NibbleTile {
  /// Rows of a tile.
  final int rows;

  /// The weights, twice in an int, the rows of a column side by side.
  final int[] weights;

  /// Scales, the rows of 32 columns side by side.
  final float[] scales;

  /// Offsets, in the same order, if [#hasOffsets].
  final float[] offsets;

  /// False while the weights are multiples of their scales.
  boolean hasOffsets;

  /// Sums of 32 products of the rows and columns that are multiplied at once, two in an int.
  final int[] sums = new int[16 * Lanes.LENGTH];

  /// @param depth columns, a multiple of 32
  public NibbleTile(int rows, int depth) {
    this.rows = rows;
    this.weights = new int[rows * depth];
    this.scales = new float[rows * depth / 32];
    this.offsets = new float[rows * depth / 32];
  }

  /// Puts the scale of a row for the 32 columns from `column` on, in a tile without offsets.
  void put(int row, int column, float scale) {
    hasOffsets = false;
    scales[(column >> 5) * rows + row] = scale;
  }

  /// Puts the scale and the offset of a row for the 32 columns from `column` on.
  void put(int row, int column, float scale, float offset) {
    hasOffsets = true;
    scales[(column >> 5) * rows + row] = scale;
    offsets[(column >> 5) * rows + row] = offset;
  }

  /// Puts a weight, from -8 to 7.
  void put(int row, int column, int weight) {
    weights[column * rows + row] = RoundedVector.twice(weight);
  }
}
