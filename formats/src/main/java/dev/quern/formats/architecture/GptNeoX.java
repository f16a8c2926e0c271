package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// GPT-NeoX: Pythia, Dolly 2, StableLM-alpha, RedPajama-INCITE, OpenAssistant's Pythia.
///
/// | Hugging Face (`gpt_neox.` before) | GGUF | |
/// |---|---|---|
/// | `embed_in`, `final_layer_norm`, `embed_out` | `token_embd`, `output_norm`, `output` | |
/// | `layers.N.input_layernorm`, `post_attention_layernorm` | `blk.N.attn_norm`, `ffn_norm` | |
/// | `layers.N.attention.query_key_value` | `blk.N.attn_qkv` | heads ungrouped |
/// | `layers.N.attention.dense` | `blk.N.attn_output` | |
/// | `layers.N.mlp.dense_h_to_4h`, `dense_4h_to_h` | `blk.N.ffn_up`, `ffn_down` | |
final class GptNeoX implements Architecture {
  @Override
  public String id() {
    return "gptneox";
  }

  @Override
  public List<String> classNames() {
    return List.of("GPTNeoXForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(44, 6144, 24576, 64, 50432)
        .set("max_position_embeddings", 2048)
        .set("layer_norm_eps", 1e-5)
        .set("use_parallel_residual", true)
        .ropeTheta(10000.0)
        .partialFactor(0.25)
        .complete();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).ropeWithoutFactors().gelu();
    long head = config.integer("hidden_size") / config.integer("num_attention_heads");
    double part = RopeParameters.partialFactor(config);
    parameters
        .count("context_length", "max_position_embeddings")
        .count("embedding_length", "hidden_size")
        .blockCount()
        .count("feed_forward_length", "intermediate_size")
        .count("rope.dimension_count", (long) (part * head))
        .count("attention.head_count", "num_attention_heads")
        .flag("use_parallel_residual", config.flag("use_parallel_residual"))
        .number("attention.layer_norm_epsilon", "layer_norm_eps")
        .unusualRope();
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config);
    return new TensorRules(is.layers())
        .prefixes("gpt_neox.", "")
        .top(
            TensorRule.matrix("embed_in", "token_embd", is.hidden(), is.vocabulary()),
            TensorRule.vector("final_layer_norm", "output_norm", is.hidden()),
            TensorRule.matrix("embed_out", "output", is.hidden(), is.vocabulary())
                .optionalIf(is.tied()))
        .blocks(
            "layers.{layer}.",
            TensorRule.vector("input_layernorm", "attn_norm", is.hidden()),
            TensorRule.vector("post_attention_layernorm", "ffn_norm", is.hidden()),
            TensorRule.matrix("attention.query_key_value", "attn_qkv", is.hidden(), is.fused())
                .with(new Transform.UngroupHeads(is.heads(), 1)),
            TensorRule.matrix("attention.dense", "attn_output", is.query(), is.hidden()),
            TensorRule.matrix("mlp.dense_h_to_4h", "ffn_up", is.hidden(), is.feedForward()),
            TensorRule.matrix("mlp.dense_4h_to_h", "ffn_down", is.feedForward(), is.hidden()))
        .map(checkpoint);
  }
}
