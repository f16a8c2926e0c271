package dev.quern.formats.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The test vectors that llama.cpp publishes beside its vocabularies.
class ReferenceVectorsTest {
  private static Path folder() {
    String judges = System.getenv("QUERN_JUDGES");
    assumeTrue(judges != null, "QUERN_JUDGES is not set");
    return Path.of(judges, "tokenizers");
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-spm", "gpt-2", "starcoder", "falcon", "deepseek-coder"})
  void encodesEveryVector(String name) throws IOException {
    Path file = folder().resolve("ggml-vocab-" + name + ".gguf");
    Tokenizer tokenizer = Tokenizers.fromMetadata(file.toString(), GgufMetadata.read(file));
    List<String> texts =
        List.of(Files.readString(Path.of(file + ".inp")).split("\n__ggml_vocab_test__\n", -1));
    List<String> ids = Files.readAllLines(Path.of(file + ".out"));
    assertThat(texts.size()).isGreaterThanOrEqualTo(ids.size());
    for (int i = 0; i < ids.size(); i++) {
      List<Integer> wanted =
          Stream.of(ids.get(i).trim().split(" +"))
              .filter(s -> !s.isEmpty())
              .map(Integer::valueOf)
              .toList();
      List<Integer> got = new ArrayList<>();
      for (int id : tokenizer.encode(texts.get(i), false, false)) {
        got.add(id);
      }
      assertThat(got).as(texts.get(i)).isEqualTo(wanted);
    }
  }
}
