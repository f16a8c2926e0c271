package dev.quern.formats.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.huggingface.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Settings of published models in which a family differs from its usual ones, and of which the
/// reference converter says something else, or nothing.
final class PublishedSettingsTest {
  private static final String SMALL =
      """
      "hidden_size": 48, "intermediate_size": 40, "num_hidden_layers": 4, "vocab_size": 30,
      "num_attention_heads": 6, "num_key_value_heads": 2, "max_position_embeddings": 256,
      "original_max_position_embeddings": 64""";

  @TempDir private Path folder = Path.of("");

  /// As Minitron 8B, whose heads are longer than hidden length / heads.
  @ParameterizedTest
  @CsvSource({
    "NemotronForCausalLM, 5",
    "Cohere2ForCausalLM, 10",
    "GraniteForCausalLM, 10",
    "Phi3ForCausalLM, 10"
  })
  void turnsAShareOfTheHeadsOwnLength(String name, String turned) throws IOException {
    Map<String, MetadataValue> written = describe(name, "\"head_dim\": 10");
    assertThat(shown(written, "rope.dimension_count")).isEqualTo(turned);
    assertThat(shown(written, "attention.key_length")).isEqualTo("10");
    assertThat(shown(written, "attention.value_length")).isEqualTo("10");
  }

  @ParameterizedTest
  @CsvSource({
    "Qwen2ForCausalLM, false false true true",
    "Qwen3ForCausalLM, false false true true",
    "Qwen2MoeForCausalLM, true false false false",
    "Qwen3MoeForCausalLM, true true true true"
  })
  void saysInWhichBlocksAQwenUsesItsWindow(String name, String blocks) throws IOException {
    String norm = name.contains("3Moe") ? ", \"norm_topk_prob\": true" : "";
    String window = "\"sliding_window\": 9, \"max_window_layers\": 2, \"use_sliding_window\": ";
    Map<String, MetadataValue> used = describe(name, window + "true" + norm);
    assertThat(shown(used, "attention.sliding_window")).isEqualTo("9");
    assertThat(shown(used, "attention.sliding_window_pattern"))
        .isEqualTo("[" + blocks.replace(" ", ", ") + "]");
    assertThat(describe(name, window + "false" + norm).keySet())
        .noneMatch(key -> key.contains("sliding"));
  }

  /// As a period where there is one, which llama.cpp reads too; nothing where readers assume it.
  @ParameterizedTest
  @CsvSource({
    "Cohere2ForCausalLM, LLLG, no attention.sliding_window_pattern",
    "Cohere2ForCausalLM, LGLG, 2",
    "Cohere2ForCausalLM, GLLL, '[false, true, true, true]'",
    "Cohere2ForCausalLM, LLLL, 5",
    "Gemma2ForCausalLM, LGLG, no attention.sliding_window_pattern",
    "Gemma2ForCausalLM, LLGL, 3",
    "Gemma3ForCausalLM, LLLL, no attention.sliding_window_pattern",
    "Gemma3ForCausalLM, GGGG, 1",
    "GptOssForCausalLM, LGLG, no attention.sliding_window_pattern",
    "GptOssForCausalLM, GLLG, '[false, true, true, false]'"
  })
  void saysWhichBlocksHaveAWindowWhereReadersAssumeOthers(
      String name, String blocks, String written) throws IOException {
    String types =
        blocks.replace("L", "\"sliding_attention\", ").replace("G", "\"full_attention\", ");
    String settings = "\"layer_types\": [" + types.substring(0, types.length() - 2) + "]";
    assertThat(shown(describe(name, settings), "attention.sliding_window_pattern"))
        .isEqualTo(written);
  }

  @ParameterizedTest
  @CsvSource({
    "Qwen2MoeForCausalLM, true, true",
    "Qwen2MoeForCausalLM, false, no expert_weights_norm",
    "Qwen3MoeForCausalLM, false, false",
    "Qwen3MoeForCausalLM, true, no expert_weights_norm",
    "OlmoeForCausalLM, true, true"
  })
  void saysWhetherExpertsWeightsAreNormalizedWhereReadersAssumeOtherwise(
      String name, String flag, String written) throws IOException {
    Map<String, MetadataValue> metadata = describe(name, "\"norm_topk_prob\": " + flag);
    assertThat(shown(metadata, "expert_weights_norm")).isEqualTo(written);
  }

  @ParameterizedTest
  @CsvSource({
    "Gemma2ForCausalLM, 10, no attention.scale",
    "Gemma2ForCausalLM, 25, 0.2",
    "Gemma3ForCausalLM, 100, 0.1"
  })
  void saysWhatAGemmaMultipliesScoresWithIfItIsNotTheLengthOfHeads(
      String name, String scalar, String written) throws IOException {
    String settings = "\"head_dim\": 10, \"query_pre_attn_scalar\": " + scalar;
    assertThat(shown(describe(name, settings), "attention.scale")).isEqualTo(written);
  }

  @ParameterizedTest
  @CsvSource({"GPTNeoXForCausalLM", "PhiForCausalLM", "StableLmForCausalLM", "FalconForCausalLM"})
  void writesWhatStretchesPositionsOfOlderFamilies(String name) throws IOException {
    String rope = "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 4.0}";
    Map<String, MetadataValue> written = describe(name, rope);
    assertThat(shown(written, "rope.scaling.type")).isEqualTo("\"linear\"");
    assertThat(shown(written, "rope.scaling.factor")).isEqualTo("4.0");
  }

  @ParameterizedTest
  @CsvSource({
    "OlmoeForCausalLM, '\"clip_qkv\": 1.5', clip_qkv is set",
    "MPTForCausalLM, '\"d_model\": 48, \"logit_scale\": 2.0', logit_scale is set",
    "DeepseekV3ForCausalLM, '\"rope_interleave\": false', rope_interleave is false",
    "GptOssForCausalLM, '\"rope_scaling\": {\"rope_type\": \"llama3\"}', \"llama3\"",
    "GPT2LMHeadModel, '\"activation_function\": \"relu\"', activation_function is \"relu\"",
    "GemmaForCausalLM, '\"hidden_act\": \"silu\"', hidden_act is \"silu\"",
    "GemmaForCausalLM, '\"hidden_activation\": \"silu\"', hidden_activation is \"silu\"",
    "Gemma2ForCausalLM, '\"hidden_activation\": \"silu\"', hidden_activation is \"silu\"",
    "Gemma3ForCausalLM, '\"hidden_act\": \"gelu\", \"hidden_activation\": \"silu\"', hidden_activation"
  })
  void refusesWhatAFileCannotSay(String name, String settings, String problem) {
    assertThatThrownBy(() -> describe(name, settings))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("config.json")
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @CsvSource({"Gemma2ForCausalLM", "Gemma3ForCausalLM"})
  void readsTheFunctionOfALaterGemmaOnlyWhereItsClassDoes(String name) {
    String settings = "\"hidden_act\": \"silu\", \"hidden_activation\": \"gelu_pytorch_tanh\"";
    assertThatCode(() -> describe(name, settings)).doesNotThrowAnyException();
  }

  /// The first files of Falcon 40B have no key for it.
  @Test
  void knowsTheFirstFalconsByTheirType() throws IOException {
    String keys = "\"n_head\": 6, \"n_layer\": 4, \"n_head_kv\": 2, \"model_type\": ";
    assertThat(shown(describe("RWForCausalLM", keys + "\"RefinedWeb\""), "attention.head_count_kv"))
        .isEqualTo("2");
    assertThat(
            shown(
                describe("RWForCausalLM", keys + "\"RefinedWebModel\", \"multi_query\": true"),
                "attention.head_count_kv"))
        .isEqualTo("1");
  }

  @Test
  void ungroupsTheHeadsOfASantaCoderWithoutMultiQuery() throws IOException {
    String sizes = "\"n_embd\": 48, \"n_head\": 6, \"n_layer\": 4, \"multi_query\": ";
    assertThat(shown(describe("GPTBigCodeForCausalLM", sizes + "false"), "attention.head_count_kv"))
        .isEqualTo("6");
    assertThat(shown(describe("GPTBigCodeForCausalLM", sizes + "true"), "attention.head_count_kv"))
        .isEqualTo("1");
  }

  /// Between two weights of the logarithm PyTorch takes the ratio of the magnitudes.
  @Test
  void writesTheMagnitudeThatYarnsWeightsMake() throws IOException {
    String yarn =
        "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4.0, \"original_max_position_embeddings\":"
            + " 64, \"mscale\": 1.0, \"mscale_all_dim\": 0.5}";
    assertThat(shown(describe("LlamaForCausalLM", yarn), "rope.scaling.yarn_attn_factor"))
        .isEqualTo(Float.toString((float) ((0.1 * Math.log(4) + 1) / (0.05 * Math.log(4) + 1))));
    Map<String, MetadataValue> deepseek =
        describe("DeepseekV2ForCausalLM", yarn.replace("0.5", "1.0"));
    assertThat(deepseek.keySet()).noneMatch(key -> key.contains("yarn_attn_factor"));
  }

  @Test
  void derivesYarnsFactorFromTwoLengths() throws IOException {
    String yarn =
        "\"rope_parameters\": {\"rope_type\": \"yarn\", \"rope_theta\": 10000.0,"
            + " \"original_max_position_embeddings\": 64}";
    assertThat(shown(describe("Qwen3ForCausalLM", yarn), "rope.scaling.factor")).isEqualTo("4.0");
  }

  @Test
  void writesWhereALongMiniCpmBegins() throws IOException {
    String rope =
        "\"rope_scaling\": {\"rope_type\": \"longrope\", \"long_factor\": [1, 2, 3, 4],"
            + " \"short_factor\": [1, 1, 1, 1], \"original_max_position_embeddings\": 64}";
    String scales = ", \"scale_emb\": 12, \"scale_depth\": 1.4, \"dim_model_base\": 16";
    Map<String, MetadataValue> written = describe("MiniCPMForCausalLM", rope + scales);
    assertThat(shown(written, "rope.scaling.original_context_length")).isEqualTo("64");
    assertThat(shown(written, "rope.scaling.attn_factor"))
        .isEqualTo(Float.toString((float) Math.sqrt(1 + Math.log(4) / Math.log(64))));
  }

  private Map<String, MetadataValue> describe(String name, String settings) throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(
        file, "{\"architectures\": [\"" + name + "\"], " + SMALL + ", " + settings + "}");
    Architecture family = Architectures.named(name);
    ModelConfig config = family.complete(ModelConfig.read(file));
    Hyperparameters parameters = new Hyperparameters(family.id(), config, 0);
    family.describe(config, parameters);
    return parameters.metadata();
  }

  /// The value under a key of the family's as a person reads it.
  private static String shown(Map<String, MetadataValue> metadata, String key) {
    return metadata.entrySet().stream()
        .filter(entry -> entry.getKey().endsWith("." + key))
        .map(entry -> entry.getValue().display())
        .findFirst()
        .orElse("no " + key);
  }
}
