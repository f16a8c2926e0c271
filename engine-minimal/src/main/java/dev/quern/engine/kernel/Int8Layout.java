package dev.quern.engine.kernel;

/// Orders in which kernels want activations of 8 bits.
public enum Int8Layout {
  /// A scale for each 32; in a block the elements at even places, then those at odd ones.
  EVEN_ODD_32(32),

  /// A scale for each 32; in place.
  PLAIN_32(32),

  /// A scale for each 256, and the sum of each 32. Each 128 are four groups of 32: the first and
  /// third 32 at even places, the second and fourth at even places, then the same at odd ones: as
  /// they meet the low and high halves of 64 bytes read as 32 shorts.
  NIBBLES_256(256),

  /// A scale for each 256, and -32 times the sum of each 16. Each 64 are the elements at even
  /// places, then those at odd ones.
  EVEN_ODD_256(256);

  private final int blockSize;

  Int8Layout(int blockSize) {
    this.blockSize = blockSize;
  }

  /// Elements under one scale.
  public int blockSize() {
    return blockSize;
  }
}
