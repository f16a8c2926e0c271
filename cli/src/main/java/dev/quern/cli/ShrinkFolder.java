package dev.quern.cli;

import dev.quern.converter.ConversionException;
import dev.quern.formats.MalformedFileException;
import dev.quern.verifier.Report;
import dev.quern.verifier.ReportFiles;
import dev.quern.verifier.Sha256Sums;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

  /// Checks that nothing is in the way that another program made.
  ///
  /// @throws ConversionException naming every file of `files` that is there and in no earlier run's
  ///   checksums
  void requireOwn(List<Path> files) {
    List<String> own = sums().stream().map(ShrinkFolder::named).toList();
    List<String> foreign =
        files.stream()
            .filter(Files::exists)
            .filter(file -> !own.contains(String.valueOf(file.getFileName())))
            .map(file -> file + ": exists already; --force replaces it")
            .toList();
    if (!foreign.isEmpty()) {
      throw new ConversionException(foreign);
    }
  }

  /// Makes the folder if it is not there.
  void create() {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The files of the report called `name`.
  List<Path> reports(String name) {
    return List.of(path.resolve(name + ".json"), path.resolve(name + ".md"));
  }

  /// Writes `NAME.json` and `NAME.md`.
  List<Path> write(String name, Report report) {
    return ReportFiles.write(path, name, report);
  }

  /// Puts the checksums of `files` after those of other files that are still there.
  void addSums(List<Path> files) {
    List<String> fresh = files.stream().map(file -> String.valueOf(file.getFileName())).toList();
    List<String> lines = new ArrayList<>();
    for (String line : sums()) {
      String name = named(line);
      if (!name.isEmpty() && !fresh.contains(name) && Files.exists(path.resolve(name))) {
        lines.add(line);
      }
    }
    Path list = path.resolve(SUMS);
    Sha256Sums.write(list, files);
    if (!lines.isEmpty()) {
      lines.addAll(sums());
      try {
        Files.write(list, lines);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private List<String> sums() {
    Path list = path.resolve(SUMS);
    try {
      return Files.exists(list) ? Files.readAllLines(list) : List.of();
    } catch (CharacterCodingException e) {
      throw new MalformedFileException(list, "not a UTF-8 text; move it away");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String named(String line) {
    int space = line.indexOf("  ");
    return space < 0 ? "" : line.substring(space + 2);
  }
}
