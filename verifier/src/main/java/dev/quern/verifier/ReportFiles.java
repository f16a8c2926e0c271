package dev.quern.verifier;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// The files of a report in a folder: `report.json` and `report.md`.
public final class ReportFiles {
  private ReportFiles() {}

  /// Writes or replaces both, and says where they are.
  ///
  /// @throws java.io.UncheckedIOException if they cannot be written
  public static List<Path> write(Path folder, Report report) {
    Path json = folder.resolve("report.json");
    Path markdown = folder.resolve("report.md");
    WholeFile.write(json, JsonReport.of(report).getBytes(StandardCharsets.UTF_8));
    WholeFile.write(markdown, MarkdownReport.of(report).getBytes(StandardCharsets.UTF_8));
    return List.of(json, markdown);
  }
}
