package dev.quern.verifier;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The memory that this process takes, watched.
///
/// On Linux what the kernel says: the peak of resident memory, in which the pages of a mapped model
/// count, and the largest anonymous memory that was seen, in which they do not. Elsewhere what the
/// Java runtime knows: the peak of its heap, and buffers beside it.
public final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private final Map<String, Long> peaks = new LinkedHashMap<>();

  /// Nothing seen yet.
  public PeakMemory() {}

  /// Has a look now.
  public void look() {
    for (Map.Entry<String, Long> figure : figures().entrySet()) {
      peaks.merge(figure.getKey(), figure.getValue(), Math::max);
    }
  }

  /// The largest bytes that were seen, by what they are: `resident` and `anonymous`, or `heap` and
  /// `buffers`.
  public Map<String, Long> peaks() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(peaks));
  }

  private static Map<String, Long> figures() {
    try {
      return kernel(Files.readAllLines(STATUS));
    } catch (IOException e) {
      return runtime(); // not Linux
    }
  }

  /// The figures in the lines of a process's status.
  static Map<String, Long> kernel(List<String> status) {
    Map<String, Long> figures = new LinkedHashMap<>();
    for (String line : status) {
      String[] words = line.split("\\s+", -1);
      if (words.length == 3 && words[2].equals("kB")) {
        switch (words[0]) {
          case "VmHWM:" -> figures.put("resident", 1024 * Long.parseLong(words[1]));
          case "RssAnon:" -> figures.put("anonymous", 1024 * Long.parseLong(words[1]));
          default -> {}
        }
      }
    }
    return figures;
  }

  private static Map<String, Long> runtime() {
    long heap = 0;
    for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
      heap += pool.getPeakUsage().getUsed();
    }
    long buffers = 0;
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      buffers += pool.getMemoryUsed();
    }
    Map<String, Long> figures = new LinkedHashMap<>();
    figures.put("heap", heap);
    figures.put("buffers", buffers);
    return figures;
  }
}
