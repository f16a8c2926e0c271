package dev.quern.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Runs the commands that are used most over a small model, so that a JVM that watches learns which
/// classes they need: the launcher's cache of loaded classes is made from this.
public final class Rehearsal {
  private Rehearsal() {}

  /// Inspects, converts and continues the model that the first argument names.
  public static void main(String[] arguments) throws IOException {
    String model = arguments[0];
    Path folder = Files.createTempDirectory("quern-rehearsal");
    String halves = folder.resolve("F16.gguf").toString();
    try {
      run("inspect", "--json", model);
      run("convert", model, "--to", "F16", "-o", halves);
      run("convert", halves, "--to", "Q8_0,Q4_0,Q4_K_M", "-o", folder.toString());
      run("generate", model, "-p", "Once", "-n", "2");
    } finally {
      delete(folder);
    }
  }

  private static void run(String... arguments) {
    PrintWriter nowhere =
        new PrintWriter(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    int code = Quern.run(nowhere, nowhere, arguments);
    if (code != ExitCode.DONE) {
      throw new IllegalStateException(String.join(" ", arguments) + " ended with " + code);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> innermostFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : innermostFirst) {
        Files.delete(path);
      }
    }
  }
}
