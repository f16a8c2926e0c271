package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// Qwen 3: a Qwen 2 without biases, with norms of each head of queries and keys.
final class Qwen3 implements Architecture {
  @Override
  public String id() {
    return "qwen3";
  }

  @Override
  public List<String> classNames() {
    return List.of("Qwen3ForCausalLM", "Qwen3Model");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(32, 4096, 22016, 32, 151936)
        .set("max_position_embeddings", 32768)
        .set("head_dim", 128)
        .set("rms_norm_eps", 1e-6)
        .set("tie_word_embeddings", false)
        .set("sliding_window", 4096)
        .ropeTheta(10000.0)
        .completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).usualRope().silu();
    parameters.usual();
    long first = WindowPatterns.firstOfQwen(config);
    WindowPatterns.writeQwens(config, parameters, block -> block >= first);
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    return LlamaRules.halves(config)
        .blocks(
            "layers.{layer}.",
            TensorRule.vector("self_attn.q_norm", "attn_q_norm", is.headLength()),
            TensorRule.vector("self_attn.k_norm", "attn_k_norm", is.headLength()))
        .map(checkpoint);
  }
}
