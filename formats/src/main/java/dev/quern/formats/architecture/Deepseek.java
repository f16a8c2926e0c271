package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.function.IntPredicate;

/// DeepSeek-MoE, the first: a LLaMA with experts in all but the first blocks, and some that every
/// token asks.
///
/// | Hugging Face (`model.layers.N.` before) | GGUF (`blk.N.` before) | |
/// |---|---|---|
/// | `mlp.*_proj` | `ffn_gate`, `ffn_up`, `ffn_down` | the first blocks |
/// | `mlp.gate`, `mlp.experts.E.*_proj` | `ffn_gate_inp`, `ffn_*_exps` | stacked |
/// | `mlp.shared_experts.*_proj` | `ffn_*_shexp` | |
final class Deepseek implements Architecture {
  @Override
  public String id() {
    return "deepseek";
  }

  @Override
  public List<String> classNames() {
    return List.of("DeepseekForCausalLM");
  }

  @Override
  public String proofOfRun() {
    return "logits those of LLaMA with DeepSeek 2's mixture in PyTorch, and llama.cpp's";
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(30, 4096, 11008, 32, 102400)
        .set("max_position_embeddings", 2048)
        .set("rms_norm_eps", 1e-6)
        .set("tie_word_embeddings", false)
        .set("moe_intermediate_size", 1407)
        .set("first_k_dense_replace", 0)
        .set("n_shared_experts", 0)
        .set("norm_topk_prob", false)
        .ropeTheta(10000.0)
        .completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).rope(List.of("default")).silu();
    ExpertMetadata.writeNorm(config, parameters, false);
    parameters
        .usual()
        .count("rope.dimension_count", Dimensions.of(config).headLength())
        .text("rope.scaling.type", "none")
        .count("leading_dense_block_count", "first_k_dense_replace")
        .count("vocab_size", "vocab_size")
        .count("expert_feed_forward_length", "moe_intermediate_size")
        .number("expert_weights_scale", 1.0)
        .count("expert_count", "n_routed_experts")
        .count("expert_shared_count", "n_shared_experts");
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    return rules(config, LlamaRules.withoutFeedForward(config)).map(checkpoint);
  }

  /// Adds the feed-forward parts of any DeepSeek with experts.
  static TensorRules rules(ModelConfig config, TensorRules rules) {
    Dimensions is = Dimensions.of(config);
    long first = config.integer("first_k_dense_replace");
    long step = Math.max(1, config.optionalInteger("moe_layer_freq").orElse(1));
    IntPredicate sparse = block -> block >= first && block % step == 0;
    TensorRule[] dense = LlamaRules.gated(is);
    for (int i = 0; i < dense.length; i++) {
      dense[i] = dense[i].onlyIn(sparse.negate());
    }
    rules.blocks("layers.{layer}.", dense);
    if (!config.has("n_routed_experts")) {
      return rules;
    }
    ExpertRules experts = ExpertRules.of(config, is, sparse, "moe_intermediate_size");
    rules
        .blocks("layers.{layer}.", experts.router("mlp.gate"))
        .blocks("layers.{layer}.", experts.named("mlp."))
        .blocks("layers.{layer}.", experts.fused());
    if (config.optionalInteger("n_shared_experts").orElse(0) == 0) {
      return rules;
    }
    long shared = Dimensions.positive(config, 1 << 14, "n_shared_experts");
    return rules.blocks(
        "layers.{layer}.", experts.shared("mlp.shared_experts.", shared * experts.length()));
  }
}
