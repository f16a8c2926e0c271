package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.Optional;

/// Phi-3.5-MoE: norms that take the mean away, biases everywhere, two experts of which each weighs
/// what it would among those that are not far behind it.
///
/// | Hugging Face (`model.layers.N.` before) | GGUF (`blk.N.` before) | |
/// |---|---|---|
/// | `self_attn.q_proj`, `k_proj`, `v_proj`, `o_proj` | `attn_q`, `attn_k`, `attn_v`, `attn_output` | |
/// | `block_sparse_moe.gate` | `ffn_gate_inp` | |
/// | `block_sparse_moe.experts.E.w1`, `w2`, `w3` | `ffn_gate_exps`, `ffn_down_exps`, `ffn_up_exps` | stacked |
/// | `rope_scaling.long_factor`, `short_factor` | `rope_factors_long`, `rope_factors_short` | outside of blocks |
///
/// Deliberate difference from the reference: `rope.scaling.attn_factor` is config.json's
/// `long_mscale`, with which PyTorch computes; the reference writes what Phi 3 would have.
final class PhiMoe implements Architecture {
  @Override
  public String id() {
    return "phimoe";
  }

  @Override
  public List<String> classNames() {
    return List.of("PhiMoEForCausalLM", "PhimoeForCausalLM");
  }

  @Override
  public String proof() {
    return "tensors equal the reference converter's, and so does the metadata but for a scale of long contexts"
        + " that PyTorch takes from config.json";
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(32, 4096, 6400, 32, 32064)
        .set("num_key_value_heads", 8)
        .set("max_position_embeddings", 131072)
        .set("original_max_position_embeddings", 4096)
        .set("rms_norm_eps", 1e-5)
        .set("tie_word_embeddings", false)
        .set("num_local_experts", 16)
        .set("num_experts_per_tok", 2)
        .ropeTheta(1000000.0)
        .partialFactor(1.0)
        .complete();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).rope(List.of("default", "su", "longrope")).silu();
    LongRope.of(config)
        .ifPresent(
            rope -> parameters.early("rope.scaling.attn_factor", attentionFactor(config, rope)));
    Phi3.write(config, parameters);
    parameters
        .count("expert_used_count", "num_experts_per_tok")
        .count("expert_count", "num_local_experts");
  }

  /// What sines and cosines are multiplied with: config.json says it, for short contexts and long
  /// ones.
  private static double attentionFactor(ModelConfig config, LongRope rope) {
    RopeParameters settings = RopeParameters.of(config).orElseThrow();
    Optional<Double> nearby = settings.number("short_mscale");
    Optional<Double> far = settings.number("long_mscale");
    if (!nearby.equals(far)) {
      throw new MalformedFileException(
          config.file(),
          "short_mscale and long_mscale differ, which a GGUF of this architecture has no way to say");
    }
    return far.orElseGet(rope::attentionFactor);
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    ExpertRules experts = ExpertRules.of(config, is, "intermediate_size");
    Transform keep = new Transform.Keep();
    TensorRules rules = LlamaRules.top(is);
    LongRope.of(config).ifPresent(rope -> rope.addTo(rules, Phi3.turned(config)));
    return rules
        .blocks("layers.{layer}.", LlamaRules.attention(is, keep, keep))
        .blocks("layers.{layer}.", LlamaRules.norms(is))
        .blocks("layers.{layer}.", experts.router("block_sparse_moe.gate"))
        .blocks("layers.{layer}.", experts.numbered("block_sparse_moe."))
        .blocks("layers.{layer}.", experts.router("mlp.router"))
        .blocks("layers.{layer}.", experts.fused())
        .map(checkpoint);
  }
}
