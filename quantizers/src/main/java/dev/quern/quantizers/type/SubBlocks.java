package dev.quern.quantizers.type;

import java.util.Arrays;

/// Sixteen sub-blocks side by side: weight `i` of sub-block `s` stands at `16 * i + s`, so that a
/// vector holds the same weight of neighbouring sub-blocks.
final class SubBlocks {
  static final int COUNT = 16;

  private SubBlocks() {}

  /// Lays out `count` sub-blocks of `size` weights each; the missing ones become zero.
  static void transpose(float[] x, int at, int size, int count, float[] to) {
    if (count < COUNT) {
      Arrays.fill(to, 0, size * COUNT, 0);
    }
    for (int s = 0; s < count; s++) {
      int from = at + s * size;
      for (int i = 0; i < size; i++) {
        to[COUNT * i + s] = x[from + i];
      }
    }
  }
}
