package dev.quern.formats.mistral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.safetensors.SafetensorsWriter;
import dev.quern.formats.safetensors.SafetensorsWriter.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Folders made here with Mistral's parameters.
final class MistralFolderTest {
  private static final String SIZES =
      "\"dim\": 8, \"n_layers\": 1, \"hidden_dim\": 16, \"n_heads\": 2, \"norm_eps\": 1e-5,"
          + " \"vocab_size\": 9";

  @TempDir private Path folder = Path.of("");

  @Test
  void parametersBecomeAConfiguration() {
    write(
        "\"head_dim\": 4, \"n_kv_heads\": 1, \"rope_theta\": 5000, \"sliding_window\": null", "x");

    ModelConfig config = MistralFolder.open(folder).config();

    assertThat(config.texts("architectures")).containsExactly("MistralForCausalLM");
    assertThat(config.integer("hidden_size")).isEqualTo(8);
    assertThat(config.integer("intermediate_size")).isEqualTo(16);
    assertThat(config.integer("num_key_value_heads")).isEqualTo(1);
    assertThat(config.integer("max_position_embeddings")).isEqualTo(32768);
    assertThat(config.number("rope_theta")).isEqualTo(5000);
    assertThat(config.has("sliding_window")).isFalse();
    assertThat(config.keys()).contains("sliding_window");
    assertThat(MistralFolder.open(folder).notes())
        .containsExactly(
            folder.resolve("params.json")
                + ": says nothing of the longest context, taken to be 32768");
  }

  @Test
  void withoutAWindowRotaryFrequenciesAreSlow() {
    write("\"max_seq_len\": 64", "x");
    assertThat(MistralFolder.open(folder).config().number("rope_theta")).isEqualTo(1_000_000);
    write("\"max_seq_len\": 64, \"sliding_window\": 16", "x");
    assertThat(MistralFolder.open(folder).config().number("rope_theta")).isEqualTo(10_000);
  }

  @Test
  void expertsAreCalledAsTheFamilyCallsThem() {
    write(
        "\"moe\": {\"num_experts\": 4, \"num_experts_per_tok\": 2}",
        "layers.0.feed_forward.gate.weight",
        "layers.0.feed_forward.experts.3.w2.weight",
        "layers.0.attention.wq.weight",
        "vision_encoder.x.weight");

    ModelConfig config = MistralFolder.open(folder).config();

    assertThat(config.texts("architectures")).containsExactly("MixtralForCausalLM");
    assertThat(config.integer("num_local_experts")).isEqualTo(4);
    assertThat(config.integer("num_experts_per_tok")).isEqualTo(2);
    try (Checkpoint checkpoint = MistralFolder.open(folder).checkpoint()) {
      assertThat(checkpoint.tensors())
          .extracting(SourceTensor::name)
          .containsExactly(
              "layers.0.attention.wq.weight",
              "layers.0.block_sparse_moe.experts.3.w2.weight",
              "layers.0.block_sparse_moe.gate.weight");
    }
  }

  @Test
  void yarnAndStorageAreSaidAsHuggingFaceDoes() {
    write(
        "\"yarn\": {\"factor\": 16, \"beta\": 32, \"alpha\": 1, \"apply_scale\": false,"
            + " \"original_max_position_embeddings\": 16384},"
            + " \"quantization\": {\"qformat_weight\": \"fp8_e4m3\"}",
        "x");
    ModelConfig config = MistralFolder.open(folder).config();
    ModelConfig rope = config.object("rope_scaling").orElseThrow();
    assertThat(rope.text("rope_type")).isEqualTo("yarn");
    assertThat(rope.number("beta_fast")).isEqualTo(32);
    assertThat(rope.integer("original_max_position_embeddings")).isEqualTo(16384);
    assertThat(config.object("quantization_config").orElseThrow().text("quant_method"))
        .isEqualTo("fp8");
  }

  @Test
  void isToldFromMetasAndHuggingFaces() throws IOException {
    write("\"head_dim\": 4", "x");
    assertThat(MistralFolder.isOne(folder)).isTrue();
    assertThat(MistralFolder.isWeights(folder.resolve("consolidated.safetensors"))).isTrue();
    Files.writeString(folder.resolve("model.safetensors"), "");
    assertThat(MistralFolder.isOne(folder)).isFalse();
    assertThat(MistralFolder.isWeights(folder.resolve("consolidated.safetensors"))).isTrue();
    Files.delete(folder.resolve("model.safetensors"));
    Files.move(folder.resolve("consolidated.safetensors"), folder.resolve("consolidated.00.pth"));
    assertThat(MistralFolder.isOne(folder)).isTrue();
    Files.writeString(folder.resolve("params.json"), "{\"dim\": 8, \"multiple_of\": 256}");
    assertThat(MistralFolder.isOne(folder)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"kv_lora_rank\": 512|kv_lora_rank is set: its attention is compressed (MLA)",
        "\"llama_4_scaling\": {}|llama_4_scaling is set: it is of architecture mistral3",
        "\"moe\": {\"num_experts\": 4}|key moe.num_experts_per_tok is missing",
        "\"moe\": 3|moe is 3, not an object",
        "\"quantization\": {\"qformat_weight\": \"nvfp4\"}|quantization.qformat_weight is nvfp4,"
            + " wanted fp8_e4m3",
        "\"n_kv_heads\": \"x\"|n_kv_heads is \"x\", not a whole number"
      })
  void refusesParameters(String more, String message) {
    write(more, "x");
    assertThatThrownBy(() -> MistralFolder.open(folder).config())
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesAFolderWithoutTokenizer() {
    write("\"head_dim\": 4", "x");
    assertThatThrownBy(() -> MistralFolder.open(folder).tokenizer())
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("there is no tekken.json, no tokenizer.model and no version of it");
  }

  private void write(String more, String... tensors) {
    try {
      Files.writeString(folder.resolve("params.json"), "{" + SIZES + ", " + more + "}");
      SafetensorsWriter.write(
          folder.resolve("consolidated.safetensors"),
          Map.of(),
          Arrays.stream(tensors)
              .map(
                  name ->
                      new Entry(name, DType.F16, Shape.of(1), MemorySegment.ofArray(new byte[2])))
              .toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
