package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

/// What a command must do with a file that it cannot use: end with 1 and say so in a line that
/// names the file, and nothing else.
final class Refusal {
  private Refusal() {}

  /// Shows a damaged copy of a model to `convert`.
  static void of(Path model, String name, Damage damage, Path folder) {
    Path copy = TinyModel.copy(model, folder.resolve("model"));
    Path out = folder.resolve("out");

    of(copy.resolve(name), damage, "convert", copy, "--to", "Q8_0", "-o", out);

    assertThat(out).doesNotExist();
  }

  /// Damages `file` and runs a command.
  static void of(Path file, Damage damage, Object... line) {
    damage.applyTo(file);

    check(Run.of(line), file, damage.says());
  }

  static void check(Run run, Path file, String says) {
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("quern: ")
        .contains(String.valueOf(file.getFileName()))
        .contains(says);
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err().length()).isLessThan(500);
  }
}
