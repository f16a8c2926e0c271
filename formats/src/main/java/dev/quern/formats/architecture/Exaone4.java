package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// EXAONE 4: norms after both parts and of each head of queries and keys, windows in three blocks
/// of four of the larger model.
final class Exaone4 implements Architecture {
  @Override
  public String id() {
    return "exaone4";
  }

  @Override
  public List<String> classNames() {
    return List.of("Exaone4ForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(32, 4096, 16384, 32, 102400)
        .set("max_position_embeddings", 2048)
        .set("rms_norm_eps", 1e-5)
        .set("tie_word_embeddings", false)
        .unlessNull("sliding_window", 4096)
        .ropeTheta(10000.0)
        .completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).usualRope().silu();
    parameters.usual().count("vocab_size", "vocab_size");
    if (config.has("sliding_window")) {
      parameters
          .count("attention.sliding_window", "sliding_window")
          .flags("attention.sliding_window_pattern", WindowPatterns.of(config, 4));
    }
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    Transform keep = new Transform.Keep();
    return LlamaRules.topWithFactors(config, is)
        .blocks("layers.{layer}.", LlamaRules.attention(is, keep, keep))
        .blocks("layers.{layer}.", LlamaRules.gated(is))
        .blocks(
            "layers.{layer}.",
            TensorRule.vector("post_attention_layernorm", "post_attention_norm", is.hidden()),
            TensorRule.vector("post_feedforward_layernorm", "post_ffw_norm", is.hidden()),
            TensorRule.vector("self_attn.q_norm", "attn_q_norm", is.headLength()),
            TensorRule.vector("self_attn.k_norm", "attn_k_norm", is.headLength()))
        .map(checkpoint);
  }
}
