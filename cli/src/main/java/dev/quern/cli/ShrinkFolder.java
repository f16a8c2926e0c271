package dev.quern.cli;

import dev.quern.converter.ConversionException;
import dev.quern.formats.MalformedFileException;
import dev.quern.verifier.Contest;
import dev.quern.verifier.Report;
import dev.quern.verifier.ReportFiles;
import dev.quern.verifier.Sha256Sums;
import dev.quern.verifier.SideBySideJson;
import dev.quern.verifier.WholeFile;
import dev.quern.verifier.arrow.SummaryTables;
import dev.quern.verifier.report.HtmlReport;
import dev.quern.verifier.report.ModelCard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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
  private static final String CARD = "model-card.md";
  private static final String SIDE_BY_SIDE = "side-by-side.json";
  private static final String TOKENS = "-tokens.arrow";
  private static final String CHUNKS = "-chunks.arrow";
  private static final String TENSORS = "-tensors.arrow";
  private static final List<String> ENDINGS =
      List.of(".json", ".md", ".html", TOKENS, CHUNKS, TENSORS);

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

  /// The files of reports called `names`.
  List<Path> reports(List<String> names) {
    List<Path> files = new ArrayList<>();
    for (String name : names) {
      for (String ending : ENDINGS) {
        files.add(path.resolve(name + ending));
      }
    }
    files.add(path.resolve(CARD));
    if (names.size() > 1) {
      files.add(path.resolve(SIDE_BY_SIDE));
    }
    return files;
  }

  /// Makes the folder if there is none, and says where the table of all positions of the report
  /// called `name` goes.
  Path tokens(String name) {
    create();
    return path.resolve(name + TOKENS);
  }

  /// Writes the files of all `reports`, which were made over one text and whose tables of positions
  /// are there already, and how they compare by `contests`.
  List<Path> write(List<FullReport> reports, List<Contest> contests) {
    List<Path> files = new ArrayList<>();
    for (FullReport one : FullReport.together(reports)) {
      files.addAll(ReportFiles.write(path, one.name(), one.report()));
      files.add(write(one.name() + ".html", HtmlReport.of(one.report(), one.details())));
      files.add(path.resolve(one.name() + TOKENS));
      files.add(path.resolve(one.name() + CHUNKS));
      SummaryTables.writeChunks(files.getLast(), one.details().scores().chunks());
      files.add(path.resolve(one.name() + TENSORS));
      SummaryTables.writeTensors(files.getLast(), one.details().tensors());
    }
    List<Report> figures = reports.stream().map(FullReport::report).toList();
    files.add(write(CARD, ModelCard.of(figures)));
    if (reports.size() > 1) {
      files.add(write(SIDE_BY_SIDE, SideBySideJson.of(figures, contests)));
    }
    return files;
  }

  private Path write(String name, String text) {
    Path file = path.resolve(name);
    WholeFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    return file;
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
