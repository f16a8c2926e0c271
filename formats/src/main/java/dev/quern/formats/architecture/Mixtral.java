package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// Mixtral: a LLaMA with experts in every block, under the same id.
///
/// | Hugging Face | GGUF | |
/// |---|---|---|
/// | `model.layers.N.block_sparse_moe.gate` | `blk.N.ffn_gate_inp` | |
/// | `model.layers.N.block_sparse_moe.experts.E.w1`, `w2`, `w3` | `blk.N.ffn_gate_exps`, `ffn_down_exps`, `ffn_up_exps` | stacked |
///
/// In Mistral's own files all else has Meta's names (see [Llama]).
final class Mixtral implements Architecture {
  @Override
  public String id() {
    return "llama";
  }

  @Override
  public List<String> classNames() {
    return List.of("MixtralForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(32, 4096, 14336, 32, 32000)
        .set("num_key_value_heads", 8)
        .set("max_position_embeddings", 131072)
        .set("rms_norm_eps", 1e-5)
        .set("tie_word_embeddings", false)
        .set("num_local_experts", 8)
        .set("num_experts_per_tok", 2)
        .ropeTheta(1000000.0)
        .complete();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).usualRope().silu().context("max_position_embeddings");
    parameters
        .usual()
        .count("vocab_size", "vocab_size")
        .count("rope.dimension_count", Dimensions.of(config).headLength())
        .optionalCount("attention.sliding_window", "sliding_window");
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    ExpertRules experts = ExpertRules.of(config, is, "intermediate_size");
    return LlamaRules.withMetasNames(LlamaRules.withoutFeedForward(config), is)
        .blocks("layers.{layer}.", experts.router("block_sparse_moe.gate"))
        .blocks("layers.{layer}.", experts.numbered("block_sparse_moe."))
        .blocks("layers.{layer}.", experts.router("mlp.gate"))
        .blocks("layers.{layer}.", experts.fused())
        .map(checkpoint);
  }
}
