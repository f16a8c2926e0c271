package dev.quern.quantizers.type;

/// Looks for the scale of a group of weights and their points in a code book. The arrays belong to
/// the searcher.
interface GridSearcher {
  /// How much the error of each weight counts: to be set before the search.
  float[] weights();

  /// Searches the weights from `x[at]`; the scale is never negative.
  float scale(float[] x, int at);

  /// True if the last group was taken for zero, without a search.
  boolean isEmpty();

  /// Numbers of the points that were found.
  int[] points();

  /// Signs of each eight weights, one bit per weight.
  int[] signs();
}
