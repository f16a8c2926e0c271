package dev.quern.engine;

/// Vectors of activations, one for each token, in one array that is kept from call to call.
///
/// Rows are a little further apart than they are long: at a power of two, the rows of a group of
/// tokens would fall on the same lines of the cache.
final class Batch {
  /// Weights of a row.
  final int length;

  /// Distance of rows.
  final int stride;

  /// The rows, the first at [#start].
  float[] values = {};

  /// Where the first row begins.
  int start;

  Batch(int length) {
    this(length, Math.addExact(length, 16));
  }

  private Batch(int length, int stride) {
    this.length = length;
    this.stride = stride;
  }

  /// A batch without gaps, for an array that somebody else owns.
  static Batch dense(int length) {
    return new Batch(length, length);
  }

  /// Makes room for `tokens` rows; what was in them is lost when there was not enough.
  void reserve(int tokens) {
    int needed = Math.multiplyExact(tokens, stride);
    if (values.length < needed) {
      values = new float[needed];
    }
  }

  /// Where row `token` begins.
  int at(int token) {
    return start + token * stride;
  }
}
