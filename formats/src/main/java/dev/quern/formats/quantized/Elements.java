package dev.quern.formats.quantized;

/// The numbers of a matrix before they are scaled.
interface Elements {
  /// Writes row `row`, of `length` numbers, to `out` from `at` on.
  void read(long row, int length, float[] out, int at);

  /// Numbers that have whole bytes of their own.
  static Elements plain(Numbers numbers) {
    return (row, length, out, at) -> {
      for (int i = 0; i < length; i++) {
        out[at + i] = numbers.at(row * length + i);
      }
    };
  }

  /// Numbers of `bits` bits, a divisor of 32, the first in the lowest bits of a word; every row
  /// begins with a word of its own. `offset` is subtracted from each.
  static Elements packed(StoredBytes words, int bits, long wordsPerRow, int offset) {
    int perWord = 32 / bits;
    int mask = (1 << bits) - 1;
    return (row, length, out, at) -> {
      long start = 4 * row * wordsPerRow;
      for (int i = 0; i < length; i++) {
        int word = words.intAt(start + 4L * (i / perWord));
        out[at + i] = ((word >>> (bits * (i % perWord))) & mask) - offset;
      }
    };
  }

  /// Floats of four bits (sign, two of exponent, one of fraction), the first of two in the low
  /// nibble of a byte.
  static Elements smallFloats(StoredBytes bytes) {
    return (row, length, out, at) -> {
      long start = row * (length / 2);
      for (int i = 0; i < length; i += 2) {
        int pair = bytes.byteAt(start + i / 2);
        out[at + i] = SmallFloats.VALUES[pair & 15];
        out[at + i + 1] = SmallFloats.VALUES[pair >> 4 & 15];
      }
    };
  }

  /// The values of floats of four bits.
  final class SmallFloats {
    static final float[] VALUES = {
      0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0.0f, -0.5f, -1, -1.5f, -2, -3, -4, -6
    };

    private SmallFloats() {}
  }
}
