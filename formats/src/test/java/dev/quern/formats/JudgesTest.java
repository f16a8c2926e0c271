package dev.quern.formats;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.gguf.GgufLayout;
import dev.quern.formats.huggingface.HuggingFaceFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files of real models, from the folder that `QUERN_JUDGES` names; skipped without it.
class JudgesTest {
  private Path judges = Path.of("");

  @BeforeEach
  void findJudges() {
    String folder = System.getenv("QUERN_JUDGES");
    Assumptions.assumeTrue(folder != null, "QUERN_JUDGES is not set");
    judges = Path.of(String.valueOf(folder));
  }

  @ParameterizedTest
  @CsvSource({
    "llama-spm,32000,0",
    "gpt-2,50257,50000",
    "starcoder,49152,48872",
    "falcon,65024,64784",
    "deepseek-coder,32256,31757"
  })
  void readsAVocabularyAndLaysItOutAgain(String name, int tokens, int merges) throws IOException {
    Path path = judges.resolve("tokenizers/ggml-vocab-" + name + ".gguf");
    byte[] bytes = Files.readAllBytes(path);
    try (GgufFile file = GgufFile.open(path)) {
      Metadata metadata = Metadata.of(file);
      byte[] header = GgufLayout.of(file.metadata(), file.tensors()).header().toArray(JAVA_BYTE);

      assertThat(metadata.texts("tokenizer.ggml.tokens")).hasSize(tokens);
      assertThat(metadata.integers("tokenizer.ggml.token_type")).hasSize(tokens);
      if (merges > 0) {
        assertThat(metadata.texts("tokenizer.ggml.merges")).hasSize(merges);
      }
      assertThat(Arrays.copyOf(header, bytes.length)).isEqualTo(bytes);
      assertThat(header.length - bytes.length)
          .isBetween(0, 31); // a vocabulary ends without padding
    }
  }

  @Test
  void opensATrainedModel() {
    HuggingFaceFolder folder = HuggingFaceFolder.open(judges.resolve("weights/stories260K"));

    assertThat(folder.config().texts("architectures")).containsExactly("LlamaForCausalLM");
    assertThat(folder.config().object("rope_parameters").orElseThrow().number("rope_theta"))
        .isEqualTo(10000);
    try (Checkpoint checkpoint = folder.checkpoint()) {
      assertThat(checkpoint.tensors()).hasSize(47);
      assertThat(checkpoint.tensor("model.embed_tokens.weight").orElseThrow().shape())
          .isEqualTo(Shape.of(64, 512));
    }
  }
}
