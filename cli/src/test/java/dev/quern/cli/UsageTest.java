package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Help, versions and command lines that make no sense.
class UsageTest {
  private static final List<String> COMMANDS =
      List.of(
          "shrink",
          "convert",
          "verify",
          "calibrate",
          "tasks",
          "inspect",
          "edit",
          "generate",
          "tokenize",
          "logits",
          "bench");

  @TempDir Path folder;

  @Test
  void helpListsEveryCommandAndTheExitCodes() {
    Run run = Run.of("--help");

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains(COMMANDS).contains("0 done, 1 failed, 2 usage, 3 a gate");
  }

  @ParameterizedTest
  @FieldSource("COMMANDS")
  void everyCommandExplainsItself(String command) {
    Run run = Run.of(command, "--help");

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("Usage: quern " + command).contains("--help");
    assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void versionNamesQuernAndJava() {
    Run run = Run.of("--version");

    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith("quern ").contains("Java 25");
  }

  @ParameterizedTest
  @FieldSource("COMMANDS")
  void everyCommandWantsItsModel(String command) {
    assertUsage(Run.of(command), "Missing required");
  }

  static Stream<List<String>> misused() {
    return Stream.of(
        List.of("a command is missing"),
        List.of("'grind'", "grind"),
        List.of("--sideways", "inspect", "model.gguf", "--sideways"),
        List.of("'--to=TYPE'", "convert", "MODEL"),
        List.of("no recipe \"Q9_K\"; there are F32, F16", "convert", "MODEL", "--to", "Q9_K"),
        List.of("no recipe \"\"", "convert", "MODEL", "--to", "Q8_0,,F16"),
        List.of("no recipe \"Q9_K\"", "shrink", "MODEL", "--to", "Q8_0,Q9_K"),
        List.of("REGEX=TYPE", "convert", "MODEL", "--to", "F16", "--tensor-type", "ffn"),
        List.of(
            "no tensor type \"Q9\"", "convert", "MODEL", "--to", "F16", "--tensor-type", "a=Q9"),
        List.of(
            "no regular expression", "convert", "MODEL", "--to", "F16", "--tensor-type", "(=F16"),
        List.of(
            "'--token-embedding-type'",
            "convert",
            "MODEL",
            "--to",
            "F16",
            "--token-embedding-type",
            "x"),
        List.of(
            "'--output-tensor-type'",
            "convert",
            "MODEL",
            "--to",
            "F16",
            "--output-tensor-type",
            "x"),
        List.of("is one file, and 2 types", "convert", "MODEL", "--to", "F16,F32", "-o", "x.gguf"),
        List.of("--threads is 0", "convert", "MODEL", "--to", "F16", "-t", "0"),
        List.of("'--threads'", "convert", "MODEL", "--to", "F16", "-t", "many"),
        List.of("--chunks is 0", "verify", "MODEL", "--text", "TEXT", "--chunks", "0"),
        List.of("--ctx is 2", "verify", "MODEL", "--text", "TEXT", "--ctx", "2"),
        List.of("--ctx is -1", "shrink", "MODEL", "--to", "F16", "--ctx", "-1"),
        List.of("kld.mean", "verify", "MODEL", "--text", "TEXT", "--gate", "kld.mean"),
        List.of("kld.mean<=much", "shrink", "MODEL", "--to", "F16", "--gate", "kld.mean<=much"),
        List.of("beauty>=1", "shrink", "MODEL", "--to", "F16", "--gate", "beauty>=1"),
        List.of("needs a model to compare with", "verify", "MODEL", "--gate", "kld.mean<=1"),
        List.of("temperature is -1.0", "generate", "MODEL", "--temperature", "-1"),
        List.of("temperature is NaN", "generate", "MODEL", "--temperature", "NaN"),
        List.of("top-k is -1", "generate", "MODEL", "--top-k", "-1"),
        List.of("top-p is 0.0", "generate", "MODEL", "--top-p", "0"),
        List.of("--tokens is -1", "generate", "MODEL", "-n", "-1"),
        List.of("--ctx is -1", "generate", "MODEL", "-c", "-1"),
        List.of("--threads is 2000", "generate", "MODEL", "-t", "2000"),
        List.of("'--tokens=FILE'", "logits", "MODEL", "-o", "x"));
  }

  @ParameterizedTest
  @MethodSource("misused")
  void aWrongCommandLineIsAUsageError(List<String> problemAndLine) {
    Path text = TinyModel.text(folder, 100);
    Object[] line =
        problemAndLine.stream()
            .skip(1)
            .map(word -> word.equals("MODEL") ? TinyModel.LLAMA : word.equals("TEXT") ? text : word)
            .toArray();

    assertUsage(Run.of(line), problemAndLine.getFirst());
    assertThat(TinyModel.names(folder)).containsExactly("text.txt");
  }

  private static void assertUsage(Run run, String problem) {
    assertThat(run.code()).as(run.err()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("quern: ").contains(problem).contains("--help'.");
    assertThat(run.err().lines().count()).isLessThanOrEqualTo(3);
  }
}
