package dev.quern.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// A Java process of its own with this one's class path.
final class Child {
  private Child() {}

  /// Starts `main`; what it prints goes to `output`.
  static Process start(String heap, Class<?> main, Path output, Object... arguments) {
    return start(Map.of(), heap, main, output, arguments);
  }

  /// The same with some variables.
  static Process start(
      Map<String, String> environment,
      String heap,
      Class<?> main,
      Path output,
      Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of(heap, "-XX:+UseSerialGC", "--add-modules", "jdk.incubator.vector"));
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    Arrays.stream(arguments).map(String::valueOf).forEach(command::add);
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
      builder.environment().putAll(environment);
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// True if this process, and with it its children, has been told to ignore SIGINT.
  static boolean ignoresInterrupts() {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    return TinyModel.read(status)
        .lines()
        .filter(line -> line.startsWith("SigIgn:"))
        .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
        .anyMatch(mask -> (mask & 2) != 0);
  }

  /// Runs a command of the system to its end.
  ///
  /// @return its exit code, or 127 where there is no such command
  static int run(Object... command) {
    try {
      List<String> words = Arrays.stream(command).map(String::valueOf).toList();
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      process.getInputStream().transferTo(OutputStream.nullOutputStream());
      return process.waitFor();
    } catch (IOException e) {
      return 127;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
