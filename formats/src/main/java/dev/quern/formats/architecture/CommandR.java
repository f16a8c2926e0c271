package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// Cohere's Command-R and Command-R+, Aya 23: one norm before both parts, rotary rows in pairs
/// already, logits scaled. The larger ones have a norm for each head of queries and keys.
final class CommandR implements Architecture {
  @Override
  public String id() {
    return "command-r";
  }

  @Override
  public List<String> classNames() {
    return List.of("CohereForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(40, 8192, 22528, 64, 256000)
        .set("max_position_embeddings", 8192)
        .set("layer_norm_eps", 1e-5)
        .set("logit_scale", 0.0625)
        .set("tie_word_embeddings", true)
        .ropeTheta(RopeParameters.of(config).isPresent() ? 10000.0 : 500000.0)
        .completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).rope(List.of("default", "dynamic")).silu();
    parameters
        .usual()
        .count("context_length", "model_max_length", "max_position_embeddings")
        .number("logit_scale", "logit_scale")
        .text("rope.scaling.type", "none");
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    boolean norms = config.optionalFlag("use_qk_norm").orElse(false);
    Transform keep = new Transform.Keep();
    return LlamaRules.top(is)
        .blocks("layers.{layer}.", LlamaRules.attention(is, keep, keep))
        .blocks("layers.{layer}.", LlamaRules.gated(is))
        .blocks(
            "layers.{layer}.",
            TensorRule.vector("input_layernorm", "attn_norm", is.hidden()),
            TensorRule.matrix("self_attn.q_norm", "attn_q_norm", is.headLength(), is.heads())
                .optionalIf(!norms),
            TensorRule.matrix(
                    "self_attn.k_norm", "attn_k_norm", is.headLength(), is.keyValueHeads())
                .optionalIf(!norms))
        .map(checkpoint);
  }
}
