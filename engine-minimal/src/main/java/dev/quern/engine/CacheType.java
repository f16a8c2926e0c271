package dev.quern.engine;

/// How keys and values of past positions are kept.
public enum CacheType {
  /// As computed.
  F32,
  /// Rounded to half precision: half the memory, a little noise.
  F16
}
