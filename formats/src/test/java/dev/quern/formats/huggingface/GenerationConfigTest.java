package dev.quern.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationConfigTest {
  @Test
  void readsHowThePublisherSamples(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("generation_config.json"),
            """
            {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 2, "temperature": 0.6,
             "top_k": 40, "top_p": 0.95, "min_p": 0.05, "repetition_penalty": 1.1}""");

    GenerationConfig config = GenerationConfig.read(file);

    assertThat(config.bosTokenId()).hasValue(0);
    assertThat(config.eosTokenIds()).containsExactly(1L);
    assertThat(config.padTokenId()).hasValue(2);
    assertThat(config.temperature()).hasValue(0.6);
    assertThat(config.topK()).hasValue(40);
    assertThat(config.topP()).hasValue(0.95);
    assertThat(config.minP()).hasValue(0.05);
    assertThat(config.repetitionPenalty()).hasValue(1.1);
  }
}
