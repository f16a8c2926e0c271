package dev.quern.quantizers.type;

import dev.quern.formats.GgmlType;

/// Checks at the door of a codec.
final class Blocks {
  private Blocks() {}

  /// The number of blocks in `n` weights.
  ///
  /// @throws IllegalArgumentException if they are not a whole number of blocks
  static int count(GgmlType type, int n) {
    if (n < 0 || !type.divides(n)) {
      throw new IllegalArgumentException(
          n + " weights are not a whole number of " + type + " blocks of " + type.blockSize());
    }
    return n / type.blockSize();
  }

  /// What an encoder that is asked for in vain is answered with.
  static IllegalArgumentException onlyRead(GgmlType type) {
    return new IllegalArgumentException(type + " is only read: no encoder writes it");
  }

  /// What encoding without the importance that a type needs is answered with.
  static IllegalArgumentException needsImportance(GgmlType type) {
    return new IllegalArgumentException(type + " needs an importance matrix");
  }
}
