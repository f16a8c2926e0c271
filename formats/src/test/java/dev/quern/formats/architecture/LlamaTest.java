package dev.quern.formats.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Float32;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.huggingface.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LlamaTest {
  private static final String SMALL =
      """
      "architectures": ["LlamaForCausalLM"], "hidden_size": 16, "intermediate_size": 24,
      "num_attention_heads": 4, "num_key_value_heads": 2, "num_hidden_layers": 1, "vocab_size": 10\
      """;

  @TempDir private Path folder = Path.of("");

  @Test
  void mapsEveryTensorOfAPublishedModel() throws IOException {
    TensorMap map = map(SMALL, complete());
    assertThat(map.problems()).isEmpty();
    assertThat(map.tensors().stream().map(TensorMapping::name))
        .containsExactly(
            "output.weight",
            "token_embd.weight",
            "blk.0.attn_norm.weight",
            "blk.0.attn_q.weight",
            "blk.0.attn_k.weight",
            "blk.0.attn_v.weight",
            "blk.0.attn_output.weight",
            "blk.0.ffn_norm.weight",
            "blk.0.ffn_gate.weight",
            "blk.0.ffn_up.weight",
            "blk.0.ffn_down.weight",
            "output_norm.weight");
  }

  @Test
  void permutesQueriesByHeadsAndKeysByKeyValueHeads() throws IOException {
    TensorMap map = map(SMALL, complete());
    assertThat(transform(map, "blk.0.attn_q.weight")).isEqualTo(new Transform.PermuteRotary(4));
    assertThat(transform(map, "blk.0.attn_k.weight")).isEqualTo(new Transform.PermuteRotary(2));
    assertThat(transform(map, "blk.0.attn_v.weight")).isEqualTo(new Transform.Keep());
  }

  @Test
  void mapsNamesWithoutTheModelPrefixAndBiases() throws IOException {
    HeapCheckpoint tensors = complete();
    tensors.rename("model.norm.weight", "norm.weight");
    tensors
        .add("layers.0.self_attn.q_proj.bias", 16)
        .add("model.layers.0.self_attn.rotary_emb.inv_freq", 2);
    TensorMap map = map(SMALL, tensors);
    assertThat(map.problems()).isEmpty();
    assertThat(transform(map, "blk.0.attn_q.bias")).isEqualTo(new Transform.PermuteRotary(4));
    assertThat(map.tensors().stream().map(TensorMapping::name)).contains("output_norm.weight");
  }

  @Test
  void doesWithoutAnOutputMatrixWhenEmbeddingsAreTied() throws IOException {
    HeapCheckpoint tensors = complete().without("lm_head.weight");
    assertThat(map(SMALL + ", \"tie_word_embeddings\": true", tensors).problems()).isEmpty();
    assertThat(map(SMALL, tensors).problems())
        .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .endsWith("no tensor becomes output.weight, which this architecture needs");
  }

  @Test
  void namesTensorsThatItDoesNotKnow() throws IOException {
    HeapCheckpoint tensors = complete().add("model.layers.0.mlp.gate_proj.SCB", 24);
    tensors.add("model.layers.1.input_layernorm.weight", 16).add("model.layers.0.mlp.experts", 3);
    List<String> problems = map(SMALL, tensors).problems();
    assertThat(problems).hasSize(3);
    assertThat(problems.getFirst())
        .contains("model.layers.0.mlp.gate_proj.SCB (F32, 24) is not known to this architecture");
  }

  @Test
  void countsProblemsPastTheFirstFew() throws IOException {
    HeapCheckpoint tensors = complete();
    for (int i = 0; i < 20; i++) {
      tensors.add("extra." + i + ".weight", 1);
    }
    List<String> problems = map(SMALL, tensors).problems();
    assertThat(problems).hasSize(9);
    assertThat(problems.getLast()).endsWith("12 more tensors are not known");
  }

  @Test
  void namesShapesThatContradictTheConfiguration() throws IOException {
    HeapCheckpoint tensors = complete().without("model.embed_tokens.weight");
    tensors.add("model.embed_tokens.weight", 16, 11);
    assertThat(map(SMALL, tensors).problems().getFirst())
        .endsWith(
            "model.embed_tokens.weight is 16 x 11 (row length first), config.json says 16 x 10 for"
                + " token_embd.weight");
  }

  @Test
  void refusesTwoSourcesOfOneTensor() throws IOException {
    HeapCheckpoint tensors = complete().add("norm.weight", 16);
    assertThat(map(SMALL, tensors).problems())
        .singleElement(org.assertj.core.api.InstanceOfAssertFactories.STRING)
        .endsWith("two tensors become output_norm.weight");
  }

  @Test
  void slowsFrequenciesAsPyTorchDoes() throws IOException {
    // from the reference converter, for this configuration
    List<Float> wanted = new ArrayList<>(List.of(1f, 1f, 1.0146304f, 2.9347503f));
    while (wanted.size() < 16) {
      wanted.add(8f);
    }
    String scaling =
        """
        "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
        "original_max_position_embeddings": 128\
        """;
    String old =
        "\"rope_theta\": 500000.0, \"rope_scaling\": {\"rope_type\": \"llama3\", " + scaling + "}";
    String current =
        "\"rope_parameters\": {\"rope_type\": \"llama3\", \"rope_theta\": 500000.0, "
            + scaling
            + "}";
    for (String rope : List.of(old, current)) {
      ModelConfig config = config("\"hidden_size\": 256, \"num_attention_heads\": 8, " + rope);
      RopeParameters parameters = RopeParameters.of(config).orElseThrow();
      assertThat(parameters.type()).isEqualTo("llama3");
      assertThat(Llama3Factors.of(parameters, 32)).isEqualTo(wanted);
    }
  }

  @Test
  void fillsInWhatTheClassAssumes() throws IOException {
    ModelConfig config = config("\"hidden_size\": 512, \"num_attention_heads\": 8");
    assertThat(config.integer("num_key_value_heads")).isEqualTo(8);
    assertThat(config.integer("head_dim")).isEqualTo(64);
    assertThat(config.number("rms_norm_eps")).isEqualTo(1e-6);
    assertThat(config.integer("max_position_embeddings")).isEqualTo(2048);
    assertThat(config.integer("vocab_size")).isEqualTo(32000);
  }

  @Test
  void givesMistralTheHeadsThatItsClassAssumes() throws IOException {
    ModelConfig config = config("\"hidden_size\": 512, \"model_type\": \"mistral\"");
    assertThat(config.integer("num_key_value_heads")).isEqualTo(8);
  }

  @ParameterizedTest
  @CsvSource({
    "'', 4096",
    "'\"sliding_window\": null', 0",
    "'\"sliding_window\": 32', 32",
  })
  void writesTheWindowThatMistralHonours(String setting, long window) throws IOException {
    String model =
        SMALL + ", \"model_type\": \"mistral\"" + (setting.isEmpty() ? "" : ", " + setting);
    Map<String, MetadataValue> metadata = metadata(config(model));
    if (window == 0) {
      assertThat(metadata).doesNotContainKey("llama.attention.sliding_window");
    } else {
      assertThat(metadata).containsEntry("llama.attention.sliding_window", new Uint32(window));
    }
  }

  @Test
  void describesAModelInTheReferenceOrder() throws IOException {
    ModelConfig config =
        config(
            SMALL
                + ", \"rope_theta\": 1000000, \"rope_scaling\": {\"type\": \"linear\", \"factor\":"
                + " 4}");
    Map<String, MetadataValue> metadata = metadata(config);
    assertThat(metadata.keySet())
        .containsExactly(
            "llama.block_count",
            "llama.context_length",
            "llama.embedding_length",
            "llama.feed_forward_length",
            "llama.attention.head_count",
            "llama.attention.head_count_kv",
            "llama.rope.scaling.type",
            "llama.rope.scaling.factor",
            "llama.rope.freq_base",
            "llama.attention.layer_norm_rms_epsilon",
            "llama.attention.key_length",
            "llama.attention.value_length",
            "general.file_type",
            "llama.vocab_size",
            "llama.rope.dimension_count");
    assertThat(metadata)
        .containsEntry("llama.rope.scaling.type", new Text("linear"))
        .containsEntry("llama.rope.scaling.factor", new Float32(4))
        .containsEntry("llama.rope.freq_base", new Float32(1e6f));
  }

  @ParameterizedTest
  @CsvSource({
    "'\"num_attention_heads\": 0', 'num_attention_heads is 0, wanted 1 to 16384'",
    "'\"num_key_value_heads\": 3', 'num_attention_heads is 4, not a multiple of"
        + " num_key_value_heads, which is 3'",
    "'\"head_dim\": 5', 'head_dim is 5, rotary embeddings need an even number'",
    "'\"num_hidden_layers\": 4611686018427387904', 'num_hidden_layers is 4611686018427387904,"
        + " wanted 1 to 10000'",
    "'\"vocab_size\": -1', 'vocab_size is -1, wanted 1 to 16777216'",
    "'\"intermediate_size\": 99999999', 'intermediate_size is 99999999, wanted 1 to 16777216'",
    "'\"hidden_size\": 1048577', 'hidden_size is 1048577, wanted 1 to 1048576'",
  })
  void refusesNumbersThatMakeNoSense(String setting, String problem) throws IOException {
    String key = setting.substring(0, setting.indexOf(':'));
    String rest = SMALL.replaceAll(key + ": [0-9]+,? ?", "");
    String json = rest.replaceAll(",\\s*$", "") + ", " + setting;
    assertThatThrownBy(() -> map(json, complete()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageEndingWith("config.json: " + problem);
  }

  private ModelConfig config(String json) throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(file, "{" + json + "}");
    return new Llama().complete(ModelConfig.read(file));
  }

  private TensorMap map(String json, HeapCheckpoint tensors) throws IOException {
    return new Llama().map(config(json), tensors);
  }

  private static Map<String, MetadataValue> metadata(ModelConfig config) {
    Hyperparameters parameters = new Hyperparameters("llama", config, 0);
    new Llama().describe(config, parameters);
    return parameters.metadata();
  }

  private static Transform transform(TensorMap map, String name) {
    return map.tensors().stream()
        .filter(mapping -> mapping.name().equals(name))
        .findFirst()
        .orElseThrow()
        .transform();
  }

  private static HeapCheckpoint complete() {
    HeapCheckpoint tensors = new HeapCheckpoint();
    tensors.add("lm_head.weight", 16, 10).add("model.embed_tokens.weight", 16, 10);
    String layer = "model.layers.0.";
    tensors.add(layer + "input_layernorm.weight", 16);
    tensors.add(layer + "self_attn.q_proj.weight", 16, 16);
    tensors.add(layer + "self_attn.k_proj.weight", 16, 8);
    tensors.add(layer + "self_attn.v_proj.weight", 16, 8);
    tensors.add(layer + "self_attn.o_proj.weight", 16, 16);
    tensors.add(layer + "post_attention_layernorm.weight", 16);
    tensors.add(layer + "mlp.gate_proj.weight", 16, 24).add(layer + "mlp.up_proj.weight", 16, 24);
    tensors.add(layer + "mlp.down_proj.weight", 24, 16);
    return tensors.add("model.norm.weight", 16);
  }
}
