package dev.quern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Runs the command lines in a file, words separated by tabs, and prints of each the exit code, how
/// much it printed, and what it said.
final class HostileCommands {
  private HostileCommands() {}

  public static void main(String[] arguments) throws IOException {
    List<String> lines = Files.readAllLines(Path.of(arguments[0]));
    StringBuilder results = new StringBuilder();
    for (String line : lines) {
      Run run = Run.of((Object[]) line.split("\t"));
      results.append(run.code()).append('\t').append(run.out().length()).append('\t');
      results.append(run.err().strip().replace("\n", "\\n")).append('\n');
    }
    Files.writeString(Path.of(arguments[1]), results.toString(), UTF_8);
  }
}
