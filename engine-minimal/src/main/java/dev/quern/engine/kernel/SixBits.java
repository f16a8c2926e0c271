package dev.quern.engine.kernel;

/// The eight 6-bit scales and eight minima of a Q4_K or Q5_K block, packed in bytes 4 to 15: the
/// first four of each in the lower bits of bytes 4 to 7 and 8 to 11; the last four in the halves of
/// bytes 8 to 11, with their upper bits on top of the first.
final class SixBits {
  private SixBits() {}

  /// The scales, a byte each, of a block whose first 16 bytes are `head` and `tail`.
  static long scales(long head, long tail) {
    long first = head >>> 32;
    long last = tail >>> 32;
    long upper = (last & 0x0f0f0f0fL) | (first >>> 6 & 0x03030303L) << 4;
    return upper << 32 | (first & 0x3f3f3f3fL);
  }

  /// The minima, a byte each, of a block whose bytes 8 to 15 are `tail`.
  static long minima(long tail) {
    long last = tail >>> 32;
    long upper = (last >>> 4 & 0x0f0f0f0fL) | (tail >>> 6 & 0x03030303L) << 4;
    return upper << 32 | (tail & 0x3f3f3f3fL);
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
