package dev.quern.verifier;

import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;

/// Where a report was made.
///
/// @param system the operating system
/// @param architecture of the processor, such as `amd64`
/// @param processors that this process may use
/// @param threads that it was told to use
/// @param java version of the Java runtime
public record Machine(
    String system, String architecture, int processors, int threads, String java) {

  /// This machine, with `threads` threads in use.
  public static Machine here(int threads) {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        system.getName(),
        system.getArch(),
        system.getAvailableProcessors(),
        threads,
        Runtime.version().toString());
  }
}
