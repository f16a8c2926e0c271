package dev.quern.engine;

/// How a model is run.
///
/// @param threads threads that compute, the caller's included; at least 1
/// @param cache how past keys and values are kept
/// @param activations what weights are multiplied with
/// @param repack whether weights that meet 8-bit activations are copied into memory in another
///   order when the model is loaded, with which single tokens are faster; of no effect with float
///   activations. Without, they stay in their file
public record EngineOptions(int threads, CacheType cache, Activations activations, boolean repack) {
  public EngineOptions {
    if (threads < 1 || threads > 1024) {
      throw new IllegalArgumentException("threads is " + threads + ", wanted 1 to 1024");
    }
  }

  /// Float activations, an F32 cache, weights in their file: what verification uses.
  public static EngineOptions exact(int threads) {
    return new EngineOptions(threads, CacheType.F32, Activations.FLOAT, false);
  }

  /// Activations of 8 bits, an F16 cache, repacked weights: what generation uses.
  public static EngineOptions fast(int threads) {
    return new EngineOptions(threads, CacheType.F16, Activations.INT8, true);
  }

  /// The same with or without repacking.
  public EngineOptions withRepack(boolean repack) {
    return new EngineOptions(threads, cache, activations, repack);
  }

  /// The same with another cache.
  public EngineOptions withCache(CacheType cache) {
    return new EngineOptions(threads, cache, activations, repack);
  }
}
