package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// OLMo 2 and 3: norms after both parts, and of all queries and all keys; OLMo 3 looks through a
/// window in three blocks of four.
final class Olmo2 implements Architecture {
  @Override
  public String id() {
    return "olmo2";
  }

  @Override
  public List<String> classNames() {
    return List.of("Olmo2ForCausalLM", "Olmo3ForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    Defaults defaults =
        Defaults.of(config)
            .sizes(32, 4096, 11008, 32, 50304)
            .set("max_position_embeddings", 2048)
            .set("rms_norm_eps", 1e-5)
            .set("tie_word_embeddings", false)
            .ropeTheta(10000.0);
    if (config.texts("architectures").contains("Olmo3ForCausalLM")) {
      defaults.unlessNull("sliding_window", 4096);
    }
    return defaults.completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).rope(List.of("default", "linear", "dynamic", "yarn")).silu();
    parameters.usual();
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
    return LlamaRules.top(is)
        .blocks("layers.{layer}.", LlamaRules.attention(is, keep, keep))
        .blocks("layers.{layer}.", LlamaRules.gated(is))
        .blocks(
            "layers.{layer}.",
            TensorRule.vector("post_attention_layernorm", "post_attention_norm", is.hidden()),
            TensorRule.vector("post_feedforward_layernorm", "post_ffw_norm", is.hidden()),
            TensorRule.vector("self_attn.q_norm", "attn_q_norm", is.query()),
            TensorRule.vector("self_attn.k_norm", "attn_k_norm", is.keyValue()))
        .map(checkpoint);
  }
}
