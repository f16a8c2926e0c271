package dev.quern.engine.kernel;

/// Orders in which kernels want activations of 8 bits. There is one scale for each 256.
public enum Int8Layout {
  /// With the sum of each 32. Each 128 are four groups of 32: the first and third 32 at even
  /// places, the second and fourth at even places, then the same at odd ones: as they meet the low
  /// and high halves of 64 bytes read as 32 shorts.
  NIBBLES,

  /// With -32 times the sum of each 16. Each 64 are the elements at even places, then those at odd
  /// ones.
  EVEN_ODD
}
