package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// Cohere's Command-R7B and Command-A: windows in three blocks of four, which alone turn queries
/// and keys.
final class Cohere2 implements Architecture {
  @Override
  public String id() {
    return "cohere2";
  }

  @Override
  public List<String> classNames() {
    return List.of("Cohere2ForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(40, 8192, 22528, 64, 256000)
        .set("max_position_embeddings", 8192)
        .set("layer_norm_eps", 1e-5)
        .set("logit_scale", 0.0625)
        .set("sliding_window", 4096)
        .set("tie_word_embeddings", true)
        .ropeTheta(10000.0)
        .partialFactor(1.0)
        .completeHeadLength();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).rope(List.of("default")).silu().flag("attention_bias", false);
    int head = Dimensions.of(config).headLength();
    parameters
        .usual()
        .number("logit_scale", "logit_scale")
        .count("attention.sliding_window", "sliding_window")
        .count("vocab_size", "vocab_size")
        .count("rope.dimension_count", (long) (RopeParameters.partialFactor(config) * head))
        .text("rope.scaling.type", "none");
    WindowPatterns.writeUnusual(config, parameters, 4);
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    Transform keep = new Transform.Keep();
    return LlamaRules.top(is)
        .withoutZeroBiases()
        .blocks("layers.{layer}.", LlamaRules.attention(is, keep, keep))
        .blocks("layers.{layer}.", LlamaRules.gated(is))
        .blocks("layers.{layer}.", TensorRule.vector("input_layernorm", "attn_norm", is.hidden()))
        .map(checkpoint);
  }
}
