package dev.quern.cli;

import dev.quern.engine.CacheType;
import dev.quern.engine.EngineOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a model is computed with.
final class ArithmeticOptions {
  @Option(
      names = "--exact",
      description = "Compute with float activations and, if not told otherwise, an F32 cache.")
  private boolean exact;

  @Option(
      names = "--cache-type",
      paramLabel = "TYPE",
      description =
          "How past keys and values are kept: ${COMPLETION-CANDIDATES} (default: F16, with --exact"
              + " F32).")
  private @Nullable CacheType cache;

  @Option(
      names = "--no-repack",
      description =
          "Leave weights in their file instead of copying them into memory in an order in which"
              + " single tokens are faster.")
  private boolean mapped;

  /// The engine's options for `threads` threads.
  EngineOptions options(int threads) {
    EngineOptions options =
        exact ? EngineOptions.exact(threads) : EngineOptions.fast(threads).withRepack(!mapped);
    return cache == null ? options : options.withCache(cache);
  }

  /// `int8 activations, F16 cache`.
  static String describe(EngineOptions options) {
    String activations =
        switch (options.activations()) {
          case FLOAT -> "float activations";
          case INT8 -> "int8 activations";
        };
    return activations + ", " + options.cache() + " cache";
  }
}
