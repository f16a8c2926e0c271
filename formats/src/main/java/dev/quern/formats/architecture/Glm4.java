package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.SequencedMap;

/// GLM-4-0414 and GLM-Z1: norms before and after both parts, gate and up in one matrix, half of
/// each head turned, in pairs already.
///
/// | Hugging Face (`model.` before) | GGUF |
/// |---|---|
/// | `layers.N.input_layernorm`, `post_self_attn_layernorm` | `blk.N.attn_norm`, `post_attention_norm` |
/// | `layers.N.post_attention_layernorm`, `post_mlp_layernorm` | `blk.N.ffn_norm`, `post_ffw_norm` |
/// | `layers.N.mlp.gate_up_proj`, `down_proj` | `blk.N.ffn_up`, `ffn_down` |
/// | otherwise as a LLaMA | |
final class Glm4 implements Architecture {
  @Override
  public String id() {
    return "glm4";
  }

  @Override
  public List<String> classNames() {
    return List.of("Glm4ForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(40, 4096, 13696, 32, 151552)
        .set("num_key_value_heads", 2)
        .set("head_dim", 128)
        .set("max_position_embeddings", 131072)
        .set("rms_norm_eps", 1.5625e-07)
        .set("tie_word_embeddings", false)
        .ropeTheta(10000.0)
        .partialFactor(0.5)
        .complete();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).rope(List.of("default", "linear", "yarn")).silu();
    double turned = config.integer("head_dim") * RopeParameters.partialFactor(config);
    parameters.usual().count("rope.dimension_count", (long) turned);
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    Transform keep = new Transform.Keep();
    return LlamaRules.top(is)
        .blocks("layers.{layer}.", LlamaRules.attention(is, keep, keep))
        .blocks("layers.{layer}.", LlamaRules.norms(is))
        .blocks(
            "layers.{layer}.",
            TensorRule.vector("post_self_attn_layernorm", "post_attention_norm", is.hidden()),
            TensorRule.vector("post_mlp_layernorm", "post_ffw_norm", is.hidden()),
            TensorRule.matrix("mlp.gate_up_proj", "ffn_up", is.hidden(), 2L * is.feedForward()),
            TensorRule.matrix("mlp.down_proj", "ffn_down", is.feedForward(), is.hidden()))
        .map(checkpoint);
  }

  /// The reference names the special tokens of GLM where the tokenizer's files name none.
  @Override
  public void adaptVocabulary(ModelConfig config, SequencedMap<String, MetadataValue> metadata) {
    SpecialTokens.of(metadata)
        .name("eos_token_id", "<|endoftext|>")
        .name("eot_token_id", "<|user|>")
        .name("unknown_token_id", "<|endoftext|>")
        .name("bos_token_id", "<|endoftext|>");
  }
}
