package dev.quern.formats.architecture;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Float32;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// The metadata that every family has, in the reference converter's order: sizes, heads, rotary
/// scaling, norms. Source: `TextModel.set_gguf_parameters` of llama.cpp 0.7.
public final class Hyperparameters {
  private static final List<String> CONTEXT =
      List.of(
          "max_position_embeddings",
          "n_ctx",
          "n_positions",
          "max_length",
          "max_sequence_length",
          "model_max_length");
  private static final List<String> FEED_FORWARD =
      List.of(
          "prefix_dense_intermediate_size",
          "dense_intermediate_size",
          "intermediate_size",
          "n_inner",
          "hidden_dim");

  private final String id;
  private final ModelConfig config;
  private final SequencedMap<String, MetadataValue> metadata = new LinkedHashMap<>();

  private Hyperparameters(String id, ModelConfig config) {
    this.id = id;
    this.config = config;
  }

  /// The metadata of a model of family `id`, from its configuration with the family's defaults.
  public static SequencedMap<String, MetadataValue> of(String id, ModelConfig config) {
    Hyperparameters parameters = new Hyperparameters(id, config);
    parameters.sizes();
    parameters.rotary();
    parameters.norms();
    parameters.headLengths();
    return parameters.metadata;
  }

  /// Number of blocks, under whichever name.
  public static long blockCount(ModelConfig config) {
    return config.integer("n_layers", "num_hidden_layers", "n_layer", "num_layers");
  }

  private void sizes() {
    metadata.put(id + ".block_count", new Uint32(blockCount(config)));
    count("context_length", CONTEXT);
    count("embedding_length", List.of("hidden_size", "n_embd", "dim"));
    count("feed_forward_length", FEED_FORWARD);
    count("attention.head_count", List.of("num_attention_heads", "n_head", "n_heads"));
    count("attention.head_count_kv", List.of("num_key_value_heads", "n_kv_heads"));
  }

  private void rotary() {
    Optional<RopeParameters> rope = RopeParameters.of(config);
    if (rope.isEmpty()) {
      return;
    }
    RopeParameters parameters = rope.get();
    switch (parameters.type()) {
      case "linear" -> scaling(parameters, "linear");
      case "yarn" -> {
        scaling(parameters, "yarn");
        yarn(parameters);
      }
      case "su", "longrope" -> metadata.put(id + ".rope.scaling.type", new Text("longrope"));
      default -> {
        // llama3 becomes a tensor of factors; "default" and "dynamic" have no metadata
      }
    }
    parameters.number("rope_theta").ifPresent(theta -> number("rope.freq_base", theta));
  }

  private void scaling(RopeParameters parameters, String type) {
    parameters
        .number("factor")
        .ifPresent(
            factor -> {
              metadata.put(id + ".rope.scaling.type", new Text(type));
              number("rope.scaling.factor", factor);
            });
  }

  private void yarn(RopeParameters parameters) {
    if (parameters.number("factor").isEmpty()) {
      return;
    }
    metadata.put(
        id + ".rope.scaling.original_context_length",
        new Uint32((long) parameters.required("original_max_position_embeddings")));
    parameters
        .number("extrapolation_factor")
        .ifPresent(x -> number("rope.scaling.yarn_ext_factor", x));
    parameters
        .number("attention_factor")
        .or(() -> parameters.number("attn_factor"))
        .ifPresent(x -> number("rope.scaling.yarn_attn_factor", x));
    parameters.number("beta_fast").ifPresent(x -> number("rope.scaling.yarn_beta_fast", x));
    parameters.number("beta_slow").ifPresent(x -> number("rope.scaling.yarn_beta_slow", x));
  }

  private void norms() {
    config
        .optionalNumber("rms_norm_eps", "norm_eps")
        .ifPresent(x -> number("attention.layer_norm_rms_epsilon", x));
    config
        .optionalNumber("layer_norm_eps", "layer_norm_epsilon", "norm_epsilon")
        .ifPresent(x -> number("attention.layer_norm_epsilon", x));
    count("expert_count", List.of("num_local_experts", "num_experts", "n_routed_experts"));
    count(
        "expert_used_count",
        List.of("num_experts_per_tok", "num_experts_per_token", "top_k_experts"));
  }

  private void headLengths() {
    count("attention.key_length", List.of("head_dim"));
    count("attention.value_length", List.of("head_dim"));
  }

  private void count(String key, List<String> names) {
    config
        .optionalInteger(names.toArray(String[]::new))
        .ifPresent(n -> metadata.put(id + "." + key, new Uint32(n)));
  }

  private void number(String key, double value) {
    metadata.put(id + "." + key, new Float32((float) value));
  }
}
