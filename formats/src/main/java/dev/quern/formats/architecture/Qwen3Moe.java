package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// Qwen 3 with experts: norms of each head of queries and keys, and no expert that every token
/// asks.
///
/// | Hugging Face (`model.layers.N.` before) | GGUF (`blk.N.` before) | |
/// |---|---|---|
/// | `self_attn.q_norm`, `k_norm` | `attn_q_norm`, `attn_k_norm` | |
/// | `mlp.gate`, `mlp.experts.E.*_proj` | `ffn_gate_inp`, `ffn_*_exps` | stacked |
final class Qwen3Moe implements Architecture {
  @Override
  public String id() {
    return "qwen3moe";
  }

  @Override
  public List<String> classNames() {
    return List.of("Qwen3MoeForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(24, 2048, 6144, 32, 151936)
        .set("num_key_value_heads", 4)
        .set("max_position_embeddings", 32768)
        .set("rms_norm_eps", 1e-6)
        .set("tie_word_embeddings", false)
        .set("sliding_window", 4096)
        .set("moe_intermediate_size", 768)
        .set("num_experts", 128)
        .set("num_experts_per_tok", 8)
        .set("norm_topk_prob", false)
        .ropeTheta(10000.0)
        .complete();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).usualRope().silu();
    ExpertMetadata.writeNorm(config, parameters, true);
    parameters.usual().count("expert_feed_forward_length", "moe_intermediate_size");
    WindowPatterns.writeQwens(config, parameters, block -> true);
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    ExpertRules experts =
        ExpertRules.of(config, is, SparseBlocks.of(config), "moe_intermediate_size");
    return LlamaRules.halvesWithoutFeedForward(config)
        .blocks(
            "layers.{layer}.",
            TensorRule.vector("self_attn.q_norm", "attn_q_norm", is.headLength()),
            TensorRule.vector("self_attn.k_norm", "attn_k_norm", is.headLength()))
        .blocks("layers.{layer}.", SparseBlocks.dense(config, is))
        .blocks("layers.{layer}.", experts.router("mlp.gate"))
        .blocks("layers.{layer}.", experts.named("mlp."))
        .blocks("layers.{layer}.", experts.fused())
        .map(checkpoint);
  }
}
