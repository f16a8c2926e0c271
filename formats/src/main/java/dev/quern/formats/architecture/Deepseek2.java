package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.Shape;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// DeepSeek 2, 2.5, 3 and R1, Kimi K2: keys and values of all heads come from one short vector of
/// each position.
///
/// | Hugging Face (`model.layers.N.` before) | GGUF (`blk.N.` before) | |
/// |---|---|---|
/// | `self_attn.q_proj` | `attn_q` | small models |
/// | `self_attn.q_a_proj`, `q_a_layernorm`, `q_b_proj` | `attn_q_a`, `attn_q_a_norm`, `attn_q_b` | large ones |
/// | `self_attn.kv_a_proj_with_mqa`, `kv_a_layernorm` | `attn_kv_a_mqa`, `attn_kv_a_norm` | |
/// | `self_attn.kv_b_proj` | `attn_k_b`, `attn_v_b` | divided by heads, the keys transposed |
/// | `mlp.gate.e_score_correction_bias` | `exp_probs_b` | |
/// | the rest of `mlp` | | as [Deepseek] |
final class Deepseek2 implements Architecture {
  private static final String V3 = "DeepseekV3ForCausalLM";

  @Override
  public String id() {
    return "deepseek2";
  }

  @Override
  public List<String> classNames() {
    return List.of("DeepseekV2ForCausalLM", V3);
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    boolean third = config.texts("architectures").contains(V3);
    Defaults defaults =
        Defaults.of(config)
            .sizes(32, 4096, 11008, 32, 32000)
            .set("max_position_embeddings", third ? 4096 : 2048)
            .set("rms_norm_eps", 1e-6)
            .set("tie_word_embeddings", false)
            .set("kv_lora_rank", 512)
            .unlessNull("q_lora_rank", 1536)
            .set("qk_nope_head_dim", 128)
            .set("qk_rope_head_dim", 64)
            .set("v_head_dim", 128)
            .set("n_shared_experts", third ? 1 : 2)
            .set("routed_scaling_factor", third ? 2.5 : 1.0)
            .ropeTheta(10000.0);
    if (third) {
      defaults.set("scoring_func", "sigmoid").set("norm_topk_prob", true);
    }
    ModelConfig known = defaults.completeHeads();
    return known.withDefaults(
        Map.of(
            "head_dim",
            known.integer("qk_rope_head_dim"),
            "first_k_dense_replace",
            known.has("n_routed_experts") ? 0L : Hyperparameters.blockCount(known),
            "moe_intermediate_size",
            known.integer("intermediate_size")));
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).ropeWithoutFactors().silu().flag("rope_interleave", true);
    Lengths are = Lengths.of(config);
    parameters
        .usual()
        .count("attention.head_count_kv", 1)
        .count("leading_dense_block_count", "first_k_dense_replace")
        .count("vocab_size", "vocab_size")
        .optionalCount("attention.q_lora_rank", "q_lora_rank")
        .count("attention.kv_lora_rank", are.rank)
        .count("attention.key_length", are.rank + are.turned)
        .count("attention.value_length", are.rank)
        .count("attention.key_length_mla", are.plain + are.turned)
        .count("attention.value_length_mla", are.value)
        .count("expert_feed_forward_length", "moe_intermediate_size")
        .optionalCount("expert_count", "n_routed_experts")
        .count("expert_shared_count", "n_shared_experts")
        .optionalNumber("expert_weights_scale", "routed_scaling_factor");
    if (config.optionalFlag("norm_topk_prob").orElse(false)) {
      parameters.flag("expert_weights_norm", true);
    }
    parameters.count("rope.dimension_count", are.turned);
    RopeParameters.of(config).ifPresent(rope -> writeMagnitude(rope, parameters));
  }

  /// Scores are multiplied by the magnitude below; readers know that sines and cosines usually are
  /// not.
  private static void writeMagnitude(RopeParameters rope, Hyperparameters parameters) {
    Optional<Double> below = rope.number("mscale_all_dim");
    if (below.isPresent() && below.equals(rope.number("mscale"))) {
      parameters.without("rope.scaling.yarn_attn_factor");
    }
    below.ifPresent(scale -> parameters.number("rope.scaling.yarn_log_multiplier", 0.1 * scale));
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config);
    TensorRules rules =
        LlamaRules.top(is)
            .skipBlocksFrom(is.layers())
            .blocks("layers.{layer}.", LlamaRules.norms(is))
            .blocks("layers.{layer}.", queries(config, is))
            .blocks("layers.{layer}.", keysAndValues(config, is));
    if (is.tied()) {
      rules.skip("lm_head.weight");
    }
    if (config.has("n_routed_experts")) {
      rules.blocks(
          "layers.{layer}.",
          TensorRule.vector(
                  "mlp.gate.e_score_correction_bias",
                  "exp_probs_b.bias",
                  config.integer("n_routed_experts"))
              .named()
              .optional());
    }
    return Deepseek.rules(config, rules).map(checkpoint);
  }

  private static TensorRule[] queries(ModelConfig config, Dimensions is) {
    Lengths are = Lengths.of(config);
    long rows = (long) is.heads() * (are.plain + are.turned);
    if (!config.has("q_lora_rank")) {
      return new TensorRule[] {TensorRule.matrix("self_attn.q_proj", "attn_q", is.hidden(), rows)};
    }
    int rank = Dimensions.positive(config, 1 << 20, "q_lora_rank");
    return new TensorRule[] {
      TensorRule.matrix("self_attn.q_a_proj", "attn_q_a", is.hidden(), rank),
      TensorRule.vector("self_attn.q_a_layernorm", "attn_q_a_norm", rank),
      TensorRule.matrix("self_attn.q_b_proj", "attn_q_b", rank, rows)
    };
  }

  private static TensorRule[] keysAndValues(ModelConfig config, Dimensions is) {
    Lengths are = Lengths.of(config);
    long head = are.plain + are.value;
    Transform keys =
        new Transform.TakeRows(head, 0, are.plain)
            .then(new Transform.Reshape(Shape.of(are.rank, are.plain, is.heads())))
            .then(new Transform.Transpose());
    Transform values =
        new Transform.TakeRows(head, are.plain, are.value)
            .then(new Transform.Reshape(Shape.of(are.rank, are.value, is.heads())));
    return new TensorRule[] {
      TensorRule.matrix(
          "self_attn.kv_a_proj_with_mqa", "attn_kv_a_mqa", is.hidden(), are.rank + are.turned),
      TensorRule.vector("self_attn.kv_a_layernorm", "attn_kv_a_norm", are.rank),
      TensorRule.matrix("self_attn.kv_b_proj", "", are.rank, is.heads() * head)
          .divided(new TensorRule.Part("attn_k_b", keys), new TensorRule.Part("attn_v_b", values)),
      TensorRule.matrix(
          "self_attn.o_proj", "attn_output", (long) is.heads() * are.value, is.hidden())
    };
  }

  /// Lengths of the parts of a head.
  ///
  /// @param rank of the vector that keys and values come from
  /// @param plain elements of a key that are not turned
  /// @param turned elements of a key that are
  /// @param value elements of a value
  private record Lengths(long rank, long plain, long turned, long value) {
    static Lengths of(ModelConfig config) {
      return new Lengths(
          Dimensions.positive(config, 1 << 20, "kv_lora_rank"),
          Dimensions.positive(config, 1 << 14, "qk_nope_head_dim"),
          Dimensions.positive(config, 1 << 14, "qk_rope_head_dim"),
          Dimensions.positive(config, 1 << 14, "v_head_dim"));
    }
  }
}
