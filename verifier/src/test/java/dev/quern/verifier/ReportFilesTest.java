package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportFilesTest {
  @TempDir private Path folder;

  @Test
  void writesAndReplacesBothReportsAndLeavesNothingElse() throws IOException {
    ReportFiles.write(folder, "report", Examples.aloneReport(Examples.alone(), List.of()));
    List<Path> files = ReportFiles.write(folder, "report", Examples.report());

    assertThat(files).containsExactly(folder.resolve("report.json"), folder.resolve("report.md"));
    assertThat(Files.readString(files.getFirst())).isEqualTo(JsonReport.of(Examples.report()));
    assertThat(Files.readString(files.getLast())).isEqualTo(MarkdownReport.of(Examples.report()));
    assertThat(names()).containsExactlyInAnyOrder("report.json", "report.md");
  }

  @Test
  void leavesNothingBehindWhenTheTargetCannotBeReplaced() throws IOException {
    Files.createDirectories(folder.resolve("report.json/full"));

    assertThatThrownBy(() -> ReportFiles.write(folder, "report", Examples.report()))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(names()).containsExactly("report.json");
  }

  @Test
  void checksumsAreThoseOfSha256sum() throws IOException {
    Path model = Files.writeString(folder.resolve("a b.gguf"), "abc");
    Path empty = Files.writeString(Files.createDirectory(folder.resolve("in")).resolve("e"), "");

    Sha256Sums.write(folder.resolve("SHA256SUMS"), List.of(model, empty));

    assertThat(Files.readString(folder.resolve("SHA256SUMS")))
        .isEqualTo(
            """
            ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a b.gguf
            e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  in/e
            """);
  }

  @Test
  void checksumsOfStrangeNamesAreEscaped() {
    assertThat(Sha256Sums.line("00", "a\nb\\c\rd")).isEqualTo("\\00  a\\nb\\\\c\\rd\n");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
