package dev.quern.converter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Checks that outputs may be written where they shall be.
final class OutputPaths {
  private final ModelSource source;
  private final boolean force;
  private final Set<Path> taken = new HashSet<>();
  private final List<String> problems = new ArrayList<>();

  OutputPaths(ModelSource source, boolean force) {
    this.source = source;
    this.force = force;
  }

  /// Checks one more.
  void check(Path wanted) {
    Path path = wanted.toAbsolutePath().normalize();
    if (!taken.add(path)) {
      problems.add(wanted + ": two outputs would have this name");
    } else if (Files.isDirectory(path)) {
      problems.add(wanted + ": is a folder, wanted the name of a file to write");
    } else if (Files.exists(path) && source.files().stream().anyMatch(file -> same(path, file))) {
      problems.add(wanted + ": is the source itself; give the output another name");
    } else if (Files.exists(path) && !force) {
      problems.add(wanted + ": exists already; --force replaces it");
    }
  }

  private static boolean same(Path path, Path file) {
    try {
      return Files.isSameFile(path, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A line for every path that cannot be written.
  List<String> problems() {
    return problems;
  }
}
