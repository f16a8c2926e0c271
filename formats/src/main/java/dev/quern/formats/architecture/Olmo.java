package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// OLMo, the first: a LLaMA whose norms have no weights.
final class Olmo implements Architecture {
  @Override
  public String id() {
    return "olmo";
  }

  @Override
  public List<String> classNames() {
    return List.of("OlmoForCausalLM", "OLMoForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(32, 4096, 11008, 32, 50304)
        .set("max_position_embeddings", 2048)
        .set("tie_word_embeddings", false)
        .ropeTheta(10000.0)
        .completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).rope(List.of("default", "linear", "dynamic", "yarn")).silu();
    parameters
        .usual()
        .number("attention.layer_norm_epsilon", 1e-5)
        .optionalNumber("attention.clamp_kqv", "clip_qkv");
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    Transform queries = new Transform.PermuteRotary(is.heads());
    Transform keys = new Transform.PermuteRotary(is.keyValueHeads());
    return new TensorRules(is.layers())
        .prefixes("model.", "")
        .top(
            TensorRule.matrix("embed_tokens", "token_embd", is.hidden(), is.vocabulary()),
            TensorRule.matrix("lm_head", "output", is.hidden(), is.vocabulary())
                .optionalIf(is.tied()))
        .blocks("layers.{layer}.", LlamaRules.attention(is, queries, keys))
        .blocks("layers.{layer}.", LlamaRules.gated(is))
        .map(checkpoint);
  }
}
