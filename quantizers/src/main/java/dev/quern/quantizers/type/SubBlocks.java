package dev.quern.quantizers.type;

/// Sixteen sub-blocks side by side: weight `i` of sub-block `s` stands at `16 * i + s`, so that a
/// vector holds the same weight of neighbouring sub-blocks.
final class SubBlocks {
  static final int COUNT = 16;

  private SubBlocks() {}

  /// Lays out `count` sub-blocks of `size` weights each; the missing ones become zero.
  static void transpose(float[] x, int at, int size, int count, float[] to) {
    transpose(x, at, size, count, to, 0, COUNT);
  }

  /// As above, into columns `column` and on of a table that is `width` wide.
  static void transpose(float[] x, int at, int size, int count, float[] to, int column, int width) {
    for (int s = 0; s < count; s++) {
      int from = at + s * size;
      for (int i = 0; i < size; i++) {
        to[width * i + column + s] = x[from + i];
      }
    }
    for (int s = count; s < COUNT; s++) {
      for (int i = 0; i < size; i++) {
        to[width * i + column + s] = 0;
      }
    }
  }
}
