package dev.quern.cli;

import picocli.CommandLine.Option;

/// How many threads compute.
final class ThreadOption {
  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description =
          "Threads to compute with (default: all ${DEFAULT-VALUE}); results do not depend on it.")
  private int threads = Runtime.getRuntime().availableProcessors();

  /// The number, at least one.
  int count() {
    if (threads < 1 || threads > 1024) {
      throw new UsageException("--threads is " + threads + ", wanted 1 to 1024");
    }
    return threads;
  }
}
