package dev.quern.engine;

/// How keys and values of past positions are kept.
public enum CacheType {
  /// As computed.
  F32,
  /// Rounded to half precision: half the memory, a little noise.
  F16,
  /// Rounded to 8 bits under a half-precision scale for 32 elements, as Q8_0 does.
  Q8_0
}
