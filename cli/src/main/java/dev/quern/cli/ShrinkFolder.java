package dev.quern.cli;

import dev.quern.verifier.Report;
import dev.quern.verifier.ReportFiles;
import dev.quern.verifier.Sha256Sums;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The folder that `shrink` fills: models, reports, and the checksums that also tell which files
/// are its own.
///
/// @param path the folder
record ShrinkFolder(Path path) {
  private static final String SUMS = "SHA256SUMS";

  /// Where a text for a source lies: its folder.
  static Path besideOf(Path source) {
    Path parent = source.toAbsolutePath().getParent();
    return Files.isDirectory(source) || parent == null ? source : parent;
  }

  /// True if every one of `files` that exists was written by an earlier run.
  boolean made(List<Path> files) {
    Path sums = path.resolve(SUMS);
    if (!Files.exists(sums)) {
      return false;
    }
    try {
      List<String> own = Files.readAllLines(sums).stream().map(ShrinkFolder::named).toList();
      return files.stream()
          .filter(Files::exists)
          .allMatch(file -> own.contains(String.valueOf(file.getFileName())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String named(String line) {
    int space = line.indexOf("  ");
    return space < 0 ? "" : line.substring(space + 2);
  }

  /// Writes `NAME.json` and `NAME.md`.
  List<Path> write(String name, Report report) {
    return ReportFiles.write(path, name, report);
  }

  /// Writes the checksums of `files`.
  void writeSums(List<Path> files) {
    Sha256Sums.write(path.resolve(SUMS), files);
  }
}
