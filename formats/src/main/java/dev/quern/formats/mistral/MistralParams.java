package dev.quern.formats.mistral;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `params.json` in the words of `config.json`.
final class MistralParams {
  /// The contexts of models whose parameters say nothing of them, which are the early ones.
  private static final int CONTEXT = 32768;

  /// Keys of models that are more than a LLaMA, or a mixture of such.
  private static final Map<String, String> UNKNOWN =
      Map.of(
          "kv_lora_rank", "its attention is compressed (MLA)",
          "llama_4_scaling", "it is of architecture mistral3",
          "ssm_cfg", "it is a Mamba");

  private final ModelConfig params;

  MistralParams(ModelConfig params) {
    this.params = params;
  }

  /// The parameters as a `config.json` would have them.
  ///
  /// @throws MalformedFileException if one is missing, or the model is none that is read
  ModelConfig config() {
    refuseOthers();
    Map<String, Object> values = new HashMap<>();
    Optional<ModelConfig> moe = params.object("moe");
    values.put(
        "architectures", List.of(moe.isPresent() ? "MixtralForCausalLM" : "MistralForCausalLM"));
    values.put("model_type", moe.isPresent() ? "mixtral" : "mistral");
    values.put("hidden_size", params.integer("dim"));
    values.put("intermediate_size", params.integer("hidden_dim"));
    values.put("num_hidden_layers", params.integer("n_layers"));
    long heads = params.integer("n_heads");
    values.put("num_attention_heads", heads);
    values.put("num_key_value_heads", params.optionalInteger("n_kv_heads").orElse(heads));
    params.optionalInteger("head_dim").ifPresent(length -> values.put("head_dim", length));
    values.put("rms_norm_eps", params.number("norm_eps"));
    values.put("rope_theta", theta());
    values.put("max_position_embeddings", context());
    values.put("tie_word_embeddings", params.optionalFlag("tied_embeddings").orElse(false));
    moe.ifPresent(
        experts -> {
          values.put("num_local_experts", experts.integer("num_experts"));
          values.put("num_experts_per_tok", experts.integer("num_experts_per_tok"));
        });
    params.object("yarn").ifPresent(yarn -> values.put("rope_scaling", scaling(yarn)));
    params
        .object("quantization")
        .ifPresent(one -> values.put("quantization_config", quantized(one)));
    ModelConfig config = params.with(values);
    return params.has("sliding_window") ? config : config.withNull("sliding_window");
  }

  private void refuseOthers() {
    UNKNOWN.forEach(
        (key, meaning) -> {
          if (params.has(key)) {
            throw new MalformedFileException(
                params.file(),
                key + " is set: " + meaning + ", which is not read from Mistral's own files yet");
          }
        });
  }

  private static Map<String, Object> scaling(ModelConfig yarn) {
    return Map.of(
        "rope_type", "yarn",
        "factor", yarn.number("factor"),
        "beta_fast", yarn.number("beta"),
        "beta_slow", yarn.number("alpha"),
        "original_max_position_embeddings", yarn.integer("original_max_position_embeddings"));
  }

  /// How weights are stored, as Hugging Face says it.
  private static Map<String, Object> quantized(ModelConfig quantization) {
    String format = quantization.text("qformat_weight");
    if (!format.equals("fp8_e4m3")) {
      throw new MalformedFileException(
          quantization.file(), "quantization.qformat_weight is " + format + ", wanted fp8_e4m3");
    }
    return Map.of("quant_method", "fp8", "activation_scheme", "static");
  }

  /// Mistral's code turns with a base of a million where there is neither a base nor a window.
  private double theta() {
    return params
        .optionalNumber("rope_theta")
        .orElse(params.has("sliding_window") ? 10_000 : 1_000_000);
  }

  private long context() {
    return params.optionalInteger("max_position_embeddings", "max_seq_len").orElse(CONTEXT);
  }

  List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (params.optionalInteger("max_position_embeddings", "max_seq_len").isEmpty()) {
      notes.add(
          "%s: says nothing of the longest context, taken to be %d"
              .formatted(params.file(), CONTEXT));
    }
    if (!params.has("rope_theta")) {
      notes.add("%s: has no rope_theta, taken to be %.0f".formatted(params.file(), theta()));
    }
    if (params.has("vision_encoder")) {
      notes.add(params.file() + ": the model sees; its language model alone is read");
    }
    return notes;
  }
}
