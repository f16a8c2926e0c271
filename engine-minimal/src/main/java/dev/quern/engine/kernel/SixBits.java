package dev.quern.engine.kernel;

/// The eight 6-bit minima of a Q4_K or Q5_K block.
final class SixBits {
  private SixBits() {}

  /// The sum of eight minima, four to an int, each times its activations' sum.
  static int dot(int first, int second, int[] sums, int at) {
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
