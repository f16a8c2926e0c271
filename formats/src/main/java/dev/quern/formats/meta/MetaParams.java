package dev.quern.formats.meta;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `params.json` in the words of `config.json`.
final class MetaParams {
  private static final int CODE_LLAMA_THETA = 1_000_000;
  private static final int LLAMA_3_THETA = 500_000;

  /// Length of the vectors of the largest LLaMA 3.2 of text; larger ones are of 3.1 or 3.3.
  private static final int LARGEST_3_2 = 3072;

  /// Length of the vectors of LLaMA 1's 65B, the one of that version whose `norm_eps` is 1e-5.
  private static final int LARGEST_1 = 8192;

  private final ModelConfig params;
  private final Checkpoint checkpoint;

  MetaParams(ModelConfig params, Checkpoint checkpoint) {
    this.params = params;
    this.checkpoint = checkpoint;
  }

  /// The version of LLaMA that the parameters are those of, and how long its contexts are.
  private enum Version {
    LLAMA_1("LLaMA 1", 2048),
    LLAMA_2("LLaMA 2", 4096),
    CODE_LLAMA("Code Llama", 16384),
    LLAMA_3("LLaMA 3", 8192),
    LLAMA_3_1("LLaMA 3.1 or later", 131072);

    private final String display;
    private final int context;

    Version(String display, int context) {
      this.display = display;
      this.context = context;
    }
  }

  static boolean isScaled(ModelConfig params) {
    return params.optionalFlag("use_scaled_rope").orElse(false);
  }

  private Version version() {
    double theta = params.optionalNumber("rope_theta").orElse(10000);
    if (isScaled(params)) {
      return Version.LLAMA_3_1;
    }
    if (theta == CODE_LLAMA_THETA) {
      return Version.CODE_LLAMA;
    }
    if (theta == LLAMA_3_THETA) {
      return Version.LLAMA_3;
    }
    boolean first = params.integer("dim") == LARGEST_1 && !params.has("n_kv_heads");
    return params.number("norm_eps") > 2e-6 && !first ? Version.LLAMA_2 : Version.LLAMA_1;
  }

  ModelConfig config() {
    Map<String, Object> values = new HashMap<>();
    values.put("architectures", List.of("LlamaForCausalLM"));
    values.put("model_type", "llama");
    values.put("hidden_size", params.integer("dim"));
    values.put("num_hidden_layers", params.integer("n_layers"));
    values.put("num_attention_heads", params.integer("n_heads"));
    values.put(
        "num_key_value_heads",
        params.optionalInteger("n_kv_heads").orElse(params.integer("n_heads")));
    values.put("rms_norm_eps", params.number("norm_eps"));
    values.put("rope_theta", params.optionalNumber("rope_theta").orElse(10000));
    values.put("intermediate_size", MetaFolder.rows(checkpoint, "layers.0.feed_forward.w1.weight"));
    values.put("tie_word_embeddings", checkpoint.tensor("output.weight").isEmpty());
    values.put(
        "max_position_embeddings",
        params.optionalInteger("max_position_embeddings", "max_seq_len").orElse(version().context));
    if (params.optionalInteger("vocab_size").orElse(-1) < 1) {
      values.put("vocab_size", MetaFolder.vocabulary(checkpoint));
    }
    if (isScaled(params)) {
      values.put("rope_scaling", scaling());
    }
    return params.with(values);
  }

  private Map<String, Object> scaling() {
    double factor = params.integer("dim") <= LARGEST_3_2 ? 32 : 8;
    return Map.of(
        "rope_type",
        "llama3",
        "factor",
        params.optionalNumber("rope_scaling_factor").orElse(factor),
        "low_freq_factor",
        1.0,
        "high_freq_factor",
        params.optionalNumber("rope_high_freq_factor").orElse(4.0),
        "original_max_position_embeddings",
        8192);
  }

  String note() {
    Version version = version();
    return "%s: taken for %s, whose contexts are %d long%s; Meta's files do not say"
        .formatted(
            params.file(),
            version.display,
            version.context,
            version == Version.LLAMA_3_1 ? " and rotary frequencies scaled" : "");
  }
}
