package dev.quern.formats.quantized;

/// Numbers of a few bits in words of 32, the first in the lowest bits, some of them in two words.
///
/// @param words the words
/// @param bits of a number, at most 8
/// @param stride words between one word of such numbers and the next
record Bits(StoredBytes words, int bits, long stride) {
  /// Number `i` of those that begin in word `start`.
  int at(long start, long i) {
    long bit = i * bits;
    long word = start + (bit >>> 5) * stride;
    int shift = (int) (bit & 31);
    int value = words.intAt(4 * word) >>> shift;
    if (shift + bits > 32) {
      value |= words.intAt(4 * (word + stride)) << (32 - shift);
    }
    return value & (1 << bits) - 1;
  }
}
