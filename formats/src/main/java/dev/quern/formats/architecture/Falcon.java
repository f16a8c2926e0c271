package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.Map;

/// Falcon 7B (one head of keys and values, one norm a block), Falcon 40B and 180B and the new
/// decoder (grouped heads, two norms a block).
///
/// | Hugging Face (`transformer.` before) | GGUF | |
/// |---|---|---|
/// | `word_embeddings`, `ln_f` | `token_embd`, `output_norm` | |
/// | `lm_head` | `output` | absent when tied |
/// | `h.N.input_layernorm`, `ln_mlp` | `blk.N.attn_norm` | the one or the other |
/// | `h.N.ln_attn` | `blk.N.attn_norm_2` | new decoder |
/// | `h.N.self_attention.query_key_value` | `blk.N.attn_qkv` | groups ungrouped |
/// | `h.N.self_attention.dense` | `blk.N.attn_output` | |
/// | `h.N.mlp.dense_h_to_4h`, `dense_4h_to_h` | `blk.N.ffn_up`, `ffn_down` | |
final class Falcon implements Architecture {
  @Override
  public String id() {
    return "falcon";
  }

  @Override
  public List<String> classNames() {
    return List.of("FalconForCausalLM", "RWForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .alias("num_hidden_layers", "n_layer")
        .alias("num_attention_heads", "n_head")
        .alias("num_kv_heads", "n_head_kv")
        .alias("intermediate_size", "ffn_hidden_size")
        .set("num_hidden_layers", 32)
        .set("hidden_size", 4544)
        .set("num_attention_heads", 71)
        .set("num_kv_heads", 1)
        .set("vocab_size", 65024)
        .set("layer_norm_epsilon", 1e-5)
        .set("tie_word_embeddings", true)
        .ropeTheta(10000.0)
        .complete();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).ropeWithoutFactors().gelu().flag("alibi", false).flag("parallel_attn", true);
    parameters
        .count("context_length", 2048)
        .text("tensor_data_layout", "jploski")
        .count("embedding_length", "hidden_size")
        .count("feed_forward_length", Dimensions.of(config).feedForward())
        .blockCount()
        .count("attention.head_count", "num_attention_heads")
        .count("attention.head_count_kv", groups(config))
        .number("attention.layer_norm_epsilon", "layer_norm_epsilon")
        .fileType()
        .unusualRope();
  }

  /// Heads of keys and values; the class of Falcon 7B means one, whatever `num_kv_heads` says, and
  /// the first one of Falcon 40B does not say that it has several.
  private static long groups(ModelConfig config) {
    boolean grouped = config.optionalText("model_type").orElse("").equals("RefinedWeb");
    boolean one =
        config.optionalFlag("multi_query").orElse(!grouped)
            && !config.optionalFlag("new_decoder_architecture").orElse(false);
    return one ? 1 : config.integer("num_kv_heads");
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    int groups = Math.toIntExact(groups(config));
    Dimensions is = Dimensions.of(config.with(Map.of("num_key_value_heads", groups)));
    return new TensorRules(is.layers())
        .prefixes("transformer.", "")
        .top(
            TensorRule.matrix("word_embeddings", "token_embd", is.hidden(), is.vocabulary()),
            TensorRule.vector("ln_f", "output_norm", is.hidden()),
            TensorRule.matrix("lm_head", "output", is.hidden(), is.vocabulary())
                .optionalIf(is.tied()))
        .blocks(
            "h.{layer}.",
            TensorRule.vector("input_layernorm", "attn_norm", is.hidden()),
            TensorRule.vector("ln_mlp", "attn_norm", is.hidden()),
            TensorRule.vector("ln_attn", "attn_norm_2", is.hidden()).optional(),
            TensorRule.matrix("self_attention.query_key_value", "attn_qkv", is.hidden(), is.fused())
                .with(new Transform.UngroupHeads(groups, is.heads() / groups)),
            TensorRule.matrix("self_attention.dense", "attn_output", is.query(), is.hidden()),
            TensorRule.matrix("mlp.dense_h_to_4h", "ffn_up", is.hidden(), is.feedForward()),
            TensorRule.matrix("mlp.dense_4h_to_h", "ffn_down", is.feedForward(), is.hidden()))
        .map(checkpoint);
  }
}
