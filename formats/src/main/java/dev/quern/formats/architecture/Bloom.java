package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// BLOOM and BLOOMZ.
///
/// | Hugging Face (`transformer.` before, or not) | GGUF | |
/// |---|---|---|
/// | `word_embeddings`, `word_embeddings_layernorm` | `token_embd`, `token_embd_norm` | |
/// | `ln_f`, `lm_head` | `output_norm`, `output` | the second absent when tied |
/// | `h.N.input_layernorm`, `post_attention_layernorm` | `blk.N.attn_norm`, `ffn_norm` | |
/// | `h.N.self_attention.query_key_value` | `blk.N.attn_qkv` | heads ungrouped |
/// | `h.N.self_attention.dense` | `blk.N.attn_output` | |
/// | `h.N.mlp.dense_h_to_4h`, `dense_4h_to_h` | `blk.N.ffn_up`, `ffn_down` | |
final class Bloom implements Architecture {
  @Override
  public String id() {
    return "bloom";
  }

  @Override
  public List<String> classNames() {
    return List.of("BloomForCausalLM", "BloomModel");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .alias("hidden_size", "n_embed")
        .alias("n_layer", "num_hidden_layers")
        .alias("n_head", "num_attention_heads")
        .set("vocab_size", 250880)
        .set("hidden_size", 64)
        .set("n_layer", 2)
        .set("n_head", 8)
        .set("layer_norm_epsilon", 1e-5)
        .set("tie_word_embeddings", true)
        .complete();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).flag("apply_residual_connection_post_layernorm", false);
    parameters
        .count("context_length", "seq_length", "hidden_size")
        .count("embedding_length", "hidden_size")
        .count("feed_forward_length", 4 * config.integer("hidden_size"))
        .blockCount()
        .count("attention.head_count", "n_head")
        .count("attention.head_count_kv", "n_head")
        .number("attention.layer_norm_epsilon", "layer_norm_epsilon")
        .fileType();
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config);
    return new TensorRules(is.layers())
        .prefixes("transformer.", "")
        .top(
            TensorRule.matrix("word_embeddings", "token_embd", is.hidden(), is.vocabulary()),
            TensorRule.vector("word_embeddings_layernorm", "token_embd_norm", is.hidden()),
            TensorRule.vector("ln_f", "output_norm", is.hidden()),
            TensorRule.matrix("lm_head", "output", is.hidden(), is.vocabulary())
                .optionalIf(is.tied()))
        .blocks(
            "h.{layer}.",
            TensorRule.vector("input_layernorm", "attn_norm", is.hidden()),
            TensorRule.vector("post_attention_layernorm", "ffn_norm", is.hidden()),
            TensorRule.matrix("self_attention.query_key_value", "attn_qkv", is.hidden(), is.fused())
                .with(new Transform.UngroupHeads(is.heads(), 1)),
            TensorRule.matrix("self_attention.dense", "attn_output", is.query(), is.hidden()),
            TensorRule.matrix("mlp.dense_h_to_4h", "ffn_up", is.hidden(), is.feedForward()),
            TensorRule.matrix("mlp.dense_4h_to_h", "ffn_down", is.feedForward(), is.hidden()))
        .map(checkpoint);
  }
}
