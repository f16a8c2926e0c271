package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
  @TempDir Path folder;

  @Test
  void showsTheHeadOfAGguf() {
    Path file = TinyModel.gguf(TinyModel.LLAMA, "Q8_0", folder);

    Run run = Run.of("inspect", file);

    assertThat(run.code()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("GGUF v3")
        .contains("132.26 kB")
        .contains("115,008 in 21 tensors")
        .containsPattern("general.architecture +\"llama\"")
        .containsPattern("blk.0.attn_q.weight +Q8_0 +64 x 64 +4.35 kB");
  }

  @Test
  void aGgufAsJsonHasMetadataAndPlacesOfTensors() {
    Path file = TinyModel.gguf(TinyModel.LLAMA, "Q8_0", folder);

    JsonNode document = TinyModel.json(Run.of("inspect", file, "--json").out());

    assertThat(document.get("size").longValue()).isEqualTo(file.toFile().length());
    assertThat(document.get("weights").longValue()).isEqualTo(115_008);
    assertThat(document.get("types").get("Q8_0").get("tensors").intValue()).isPositive();
    assertThat(document.get("metadata").get("llama.block_count").intValue()).isEqualTo(2);
    JsonNode tokens = document.get("metadata").get("tokenizer.ggml.tokens");
    assertThat(tokens.get("count").intValue()).isEqualTo(320);
    assertThat(document.get("tensors").get(0).get("offset").longValue()).isPositive();
  }

  @Test
  void fullPrintsLongArrays() {
    Path file = TinyModel.gguf(TinyModel.LLAMA, "Q8_0", folder);

    JsonNode document = TinyModel.json(Run.of("inspect", file, "--json", "--full").out());

    assertThat(document.get("metadata").get("tokenizer.ggml.tokens")).hasSize(320);
    assertThat(document.get("metadata").get("tokenizer.ggml.scores").get(300).isNumber()).isTrue();
  }

  @Test
  void showsASafetensorsFile() {
    Path file = TinyModel.LLAMA.resolve("model.safetensors");

    Run text = Run.of("inspect", file);
    JsonNode document = TinyModel.json(Run.of("inspect", file, "--json").out());

    assertThat(text.code()).isZero();
    assertThat(text.out())
        .contains("safetensors")
        .containsPattern("lm_head.weight +BF16 +64 x 320");
    assertThat(document.get("format").textValue()).isEqualTo("safetensors");
    assertThat(document.get("tensors")).hasSize(21);
    assertThat(document.get("tensors").get(0).has("offset")).isFalse();
  }

  @Test
  void showsAFolderByItselfAndByItsConfig() {
    Run run = Run.of("inspect", TinyModel.LLAMA3);
    Run byFile = Run.of("inspect", TinyModel.LLAMA3.resolve("config.json"), "--json");

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("Hugging Face folder").contains("LlamaForCausalLM");
    JsonNode document = TinyModel.json(byFile.out());
    assertThat(document.get("architectures").get(0).textValue()).isEqualTo("LlamaForCausalLM");
    assertThat(document.get("types").get("BF16").get("bytes").longValue()).isPositive();
  }

  @Test
  void columnsStandUnderOneAnother() {
    String out = Run.of("inspect", TinyModel.LLAMA).out();
    String tensors = out.substring(out.indexOf("tensors (row length first)\n") + 27);

    assertThat(tensors.lines().map(line -> line.indexOf("BF16")).distinct()).hasSize(1);
  }
}
