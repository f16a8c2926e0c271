package dev.quern.engine.kernel;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;

/// The eight 6-bit scales and eight minima of a Q4_K or Q5_K block, packed in 12 bytes: the first
/// four of each in the lower bits of bytes 0 to 3 and 4 to 7; the last four in the halves of bytes
/// 8 to 11, with their upper bits on top of the first.
final class SixBits {
  private SixBits() {}

  /// The scales, a byte each.
  static long scales(MemorySegment in, long at) {
    int first = in.get(Le.INT, at);
    int last = in.get(Le.INT, at + 8);
    int upper = (last & 0x0f0f0f0f) | (first >>> 6 & 0x03030303) << 4;
    return ((long) upper << 32) | (first & 0x3f3f3f3f);
  }

  /// The minima, a byte each.
  static long minima(MemorySegment in, long at) {
    int first = in.get(Le.INT, at + 4);
    int last = in.get(Le.INT, at + 8);
    int upper = (last >>> 4 & 0x0f0f0f0f) | (first >>> 6 & 0x03030303) << 4;
    return ((long) upper << 32) | (first & 0x3f3f3f3f);
  }

  /// The sum of eight minima, four to an int, each times its activations' sum.
  static int dot(long minima, int[] sums, int at) {
    int first = (int) minima;
    int second = (int) (minima >>> 32);
    return (first & 255) * sums[at]
        + (first >>> 8 & 255) * sums[at + 1]
        + (first >>> 16 & 255) * sums[at + 2]
        + (first >>> 24) * sums[at + 3]
        + (second & 255) * sums[at + 4]
        + (second >>> 8 & 255) * sums[at + 5]
        + (second >>> 16 & 255) * sums[at + 6]
        + (second >>> 24) * sums[at + 7];
  }
}
