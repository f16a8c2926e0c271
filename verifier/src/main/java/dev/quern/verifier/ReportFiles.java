package dev.quern.verifier;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// The files of a report in a folder, such as `report.json` and `report.md`.
public final class ReportFiles {
  private ReportFiles() {}

  /// Writes or replaces `NAME.json` and `NAME.md`, and says where they are.
  ///
  /// @throws java.io.UncheckedIOException if they cannot be written
  public static List<Path> write(Path folder, String name, Report report) {
    Path json = folder.resolve(name + ".json");
    Path markdown = folder.resolve(name + ".md");
    WholeFile.write(json, JsonReport.of(report).getBytes(StandardCharsets.UTF_8));
    WholeFile.write(markdown, MarkdownReport.of(report).getBytes(StandardCharsets.UTF_8));
    return List.of(json, markdown);
  }
}
