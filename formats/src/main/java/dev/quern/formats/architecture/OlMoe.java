package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// OLMoE: experts in every block, queries and keys normalized as whole vectors.
///
/// | Hugging Face (`model.layers.N.` before) | GGUF (`blk.N.` before) | |
/// |---|---|---|
/// | `self_attn.q_norm`, `k_norm` | `attn_q_norm`, `attn_k_norm` | |
/// | `mlp.gate`, `mlp.experts.E.*_proj` | `ffn_gate_inp`, `ffn_*_exps` | stacked |
///
/// Deliberate differences from the reference: it writes `attention.layer_norm_rms_epsilon` 1e-5
/// whatever config.json says, and leaves `clip_qkv` out.
final class OlMoe implements Architecture {
  @Override
  public String id() {
    return "olmoe";
  }

  @Override
  public List<String> classNames() {
    return List.of("OlmoeForCausalLM");
  }

  @Override
  public String proof() {
    return "files equal the reference converter's to the byte where the epsilon is its 1e-5 and nothing is"
        + " clamped";
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(16, 2048, 2048, 16, 50304)
        .set("max_position_embeddings", 4096)
        .set("rms_norm_eps", 1e-5)
        .set("tie_word_embeddings", false)
        .set("num_experts", 64)
        .set("num_experts_per_tok", 8)
        .set("norm_topk_prob", false)
        .ropeTheta(10000.0)
        .completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    // its class cuts queries and keys after they are normalized, readers of files do so before
    Limits.of(config).usualRope().silu().absent("clip_qkv");
    ExpertMetadata.writeNorm(config, parameters, false);
    parameters.usual();
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    ExpertRules experts = ExpertRules.of(config, is, "intermediate_size");
    return LlamaRules.halvesWithoutFeedForward(config)
        .blocks(
            "layers.{layer}.",
            TensorRule.vector("self_attn.q_norm", "attn_q_norm", is.query()),
            TensorRule.vector("self_attn.k_norm", "attn_k_norm", is.keyValue()))
        .blocks("layers.{layer}.", experts.router("mlp.gate"))
        .blocks("layers.{layer}.", experts.named("mlp."))
        .blocks("layers.{layer}.", experts.fused())
        .map(checkpoint);
  }
}
