package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// Qwen 1.5 and 2 with experts, and one expert behind a gate of its own that every token asks.
///
/// | Hugging Face (`model.layers.N.` before) | GGUF (`blk.N.` before) | |
/// |---|---|---|
/// | `mlp.gate`, `mlp.experts.E.*_proj` | `ffn_gate_inp`, `ffn_*_exps` | stacked |
/// | `mlp.shared_expert_gate`, `mlp.shared_expert.*_proj` | `ffn_gate_inp_shexp`, `ffn_*_shexp` | |
final class Qwen2Moe implements Architecture {
  @Override
  public String id() {
    return "qwen2moe";
  }

  @Override
  public List<String> classNames() {
    return List.of("Qwen2MoeForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(24, 2048, 5632, 16, 151936)
        .set("num_key_value_heads", 16)
        .set("max_position_embeddings", 32768)
        .set("rms_norm_eps", 1e-6)
        .set("tie_word_embeddings", false)
        .set("sliding_window", 4096)
        .set("moe_intermediate_size", 1408)
        .set("shared_expert_intermediate_size", 5632)
        .set("num_experts", 60)
        .set("num_experts_per_tok", 4)
        .set("norm_topk_prob", false)
        .ropeTheta(10000.0)
        .complete();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).usualRope().silu();
    ExpertMetadata.writeNorm(config, parameters, false);
    parameters
        .usual()
        .count("expert_feed_forward_length", "moe_intermediate_size")
        .count("expert_shared_feed_forward_length", "shared_expert_intermediate_size");
    long windows = WindowPatterns.firstOfQwen(config);
    WindowPatterns.writeQwens(config, parameters, block -> block % 2 == 0 && block < windows);
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    ExpertRules experts =
        ExpertRules.of(config, is, SparseBlocks.of(config), "moe_intermediate_size");
    int shared = Dimensions.positive(config, 1 << 24, "shared_expert_intermediate_size");
    return LlamaRules.halvesWithoutFeedForward(config)
        .blocks("layers.{layer}.", SparseBlocks.dense(config, is))
        .blocks("layers.{layer}.", experts.router("mlp.gate"))
        .blocks("layers.{layer}.", experts.named("mlp."))
        .blocks("layers.{layer}.", experts.fused())
        .blocks("layers.{layer}.", experts.shared("mlp.shared_expert.", shared))
        .blocks(
            "layers.{layer}.",
            TensorRule.matrix("mlp.shared_expert_gate", "ffn_gate_inp_shexp", is.hidden(), 1)
                .onlyIn(SparseBlocks.of(config)))
        .map(checkpoint);
  }
}
