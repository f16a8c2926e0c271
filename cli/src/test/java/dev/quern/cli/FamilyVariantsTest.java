package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Settings of the families that are published less often, against the logits of PyTorch. Models
/// and logits are those of `benchmarks/peers/make-families.py … --seed 6`, each without its
/// tokenizer, which is one of two.
final class FamilyVariantsTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/variants");
  private static final List<String> TOKENIZERS = List.of("spm", "bpe");
  private static final int PIECES = 352 + 4;

  @TempDir private Path scratch = Path.of("");

  static List<String> names() throws IOException {
    try (Stream<Path> folders = Files.list(GOLDEN)) {
      return folders
          .map(folder -> folder.getFileName().toString())
          .filter(name -> !TOKENIZERS.contains(name))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void answersAsPyTorchDoes(String name) throws IOException {
    Path folder = folder(name);
    Path expected = folder.resolve("expected.safetensors");
    Path logits = scratch.resolve("logits.safetensors");

    Run run = Run.of("logits", folder, "--tokens", expected, "-o", logits);

    assertThat(run.code()).as(run.err()).isZero();
    Logits.assertClose(logits, expected);
  }

  /// Readers of Command-A's files know no biases.
  @Test
  void leavesOutBiasesOfZeros() throws IOException {
    Run run = Run.of("convert", folder("cohere2-zero-bias"), "--to", "F32", "--dry-run");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("blk.0.attn_norm.weight").doesNotContain(".bias");
  }

  /// Copies the model with its tokenizer, which its number of embeddings shows.
  private Path folder(String name) throws IOException {
    Path folder = Files.createDirectory(scratch.resolve(name));
    String config = Files.readString(GOLDEN.resolve(name).resolve("config.json"));
    boolean pieces = config.contains("\"vocab_size\": " + PIECES);
    for (Path from : List.of(GOLDEN.resolve(name), GOLDEN.resolve(pieces ? "spm" : "bpe"))) {
      try (Stream<Path> files = Files.list(from)) {
        for (Path file : files.toList()) {
          Files.copy(file, folder.resolve(file.getFileName()));
        }
      }
    }
    return folder;
  }
}
