package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// Phi 3, 3.5 and 4: queries, keys and values in one matrix, gate and up in another, two lists of
/// factors for the rotary frequencies of short and of long contexts.
///
/// | Hugging Face (`model.` before) | GGUF | |
/// |---|---|---|
/// | `embed_tokens`, `norm`, `lm_head` | `token_embd`, `output_norm`, `output` | |
/// | `layers.N.input_layernorm`, `post_attention_layernorm` | `blk.N.attn_norm`, `ffn_norm` | |
/// | `layers.N.self_attn.qkv_proj`, `o_proj` | `blk.N.attn_qkv`, `attn_output` | |
/// | `layers.N.mlp.gate_up_proj`, `down_proj` | `blk.N.ffn_up`, `ffn_down` | |
/// | `rope_scaling.long_factor`, `short_factor` | `rope_factors_long`, `rope_factors_short` | |
final class Phi3 implements Architecture {
  @Override
  public String id() {
    return "phi3";
  }

  @Override
  public List<String> classNames() {
    return List.of("Phi3ForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(32, 3072, 8192, 32, 32064)
        .set("max_position_embeddings", 4096)
        .set("original_max_position_embeddings", 4096)
        .set("rms_norm_eps", 1e-5)
        .set("tie_word_embeddings", false)
        .ropeTheta(10000.0)
        .partialFactor(1.0)
        .completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).rope(List.of("default", "su", "longrope", "yarn")).silu();
    LongRope.of(config)
        .ifPresent(rope -> parameters.early("rope.scaling.attn_factor", rope.attentionFactor()));
    write(config, parameters);
  }

  /// Writes what the family has with and without experts.
  static void write(ModelConfig config, Hyperparameters parameters) {
    parameters
        .count("context_length", "n_positions", "max_position_embeddings")
        .count("rope.scaling.original_context_length", LongRope.originalContext(config))
        .count("embedding_length", "hidden_size")
        .count("feed_forward_length", "intermediate_size")
        .blockCount()
        .count("attention.head_count", "num_attention_heads")
        .count("attention.head_count_kv", "num_key_value_heads")
        .number("attention.layer_norm_rms_epsilon", "rms_norm_eps")
        .count("rope.dimension_count", turned(config))
        .number("rope.freq_base", RopeParameters.of(config).orElseThrow().required("rope_theta"))
        .fileType()
        .count("attention.sliding_window", config.optionalInteger("sliding_window").orElse(0))
        .unusualHeadLength();
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config);
    TensorRules rules = LlamaRules.top(is);
    LongRope.of(config).ifPresent(rope -> rope.addTo(rules, turned(config)));
    return rules
        .blocks("layers.{layer}.", LlamaRules.norms(is))
        .blocks(
            "layers.{layer}.",
            TensorRule.matrix("self_attn.qkv_proj", "attn_qkv", is.hidden(), is.fused()),
            TensorRule.matrix("self_attn.o_proj", "attn_output", is.query(), is.hidden()),
            TensorRule.matrix("mlp.gate_up_proj", "ffn_up", is.hidden(), 2L * is.feedForward()),
            TensorRule.matrix("mlp.down_proj", "ffn_down", is.feedForward(), is.hidden()))
        .map(checkpoint);
  }

  /// Elements of a head that are turned.
  static long turned(ModelConfig config) {
    return (long) (RopeParameters.partialFactor(config) * Dimensions.of(config).headLength());
  }
}
