package dev.quern.quantizers.type;

/// Looks through a list of neighbours for the one with the least error.
interface Nearest {
  /// The point of the list from `start` that, times `scale`, is nearest to the values from `x[at]`,
  /// where errors count as `weights[from]` and on say: the first one of those. If no error is
  /// finite it is the first of all.
  ///
  /// @param shift is added to the coordinates; nothing is rounded then
  int find(int start, float[] x, int at, float[] weights, int from, float scale, float shift);
}
