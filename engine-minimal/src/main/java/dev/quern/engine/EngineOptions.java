package dev.quern.engine;

/// How a model is run.
///
/// @param threads threads that compute, the caller's included; at least 1
/// @param cache how past keys and values are kept
/// @param activations what weights are multiplied with
public record EngineOptions(int threads, CacheType cache, Activations activations) {
  public EngineOptions {
    if (threads < 1 || threads > 1024) {
      throw new IllegalArgumentException("threads is " + threads + ", wanted 1 to 1024");
    }
  }

  /// Float activations and an F32 cache: what verification uses.
  public static EngineOptions exact(int threads) {
    return new EngineOptions(threads, CacheType.F32, Activations.FLOAT);
  }

  /// Activations of 8 bits and an F16 cache: what generation uses.
  public static EngineOptions fast(int threads) {
    return new EngineOptions(threads, CacheType.F16, Activations.INT8);
  }

  /// The same with another cache.
  public EngineOptions withCache(CacheType cache) {
    return new EngineOptions(threads, cache, activations);
  }
}
