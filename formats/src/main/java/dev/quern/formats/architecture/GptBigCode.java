package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.Map;

/// GPTBigCode: StarCoder, SantaCoder; a GPT-2 whose matrices are not transposed, with one head of
/// keys and values, or with as many as of queries, which then lie beside each other.
///
/// | Hugging Face (`transformer.` before) | GGUF |
/// |---|---|
/// | `wte`, `wpe`, `ln_f` | `token_embd`, `position_embd`, `output_norm` |
/// | `lm_head` | `output`, absent when tied |
/// | `h.N.ln_1`, `ln_2` | `blk.N.attn_norm`, `ffn_norm` |
/// | `h.N.attn.c_attn`, `c_proj` | `blk.N.attn_qkv`, `attn_output` |
/// | `h.N.mlp.c_fc`, `c_proj` | `blk.N.ffn_up`, `ffn_down` |
final class GptBigCode implements Architecture {
  @Override
  public String id() {
    return "starcoder";
  }

  @Override
  public List<String> classNames() {
    return List.of("GPTBigCodeForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .alias("n_embd", "hidden_size")
        .alias("n_layer", "num_hidden_layers")
        .alias("n_head", "num_attention_heads")
        .alias("n_positions", "max_position_embeddings")
        .set("n_embd", 768)
        .set("n_layer", 12)
        .set("n_head", 12)
        .set("n_positions", 1024)
        .set("vocab_size", 50257)
        .set("layer_norm_epsilon", 1e-5)
        .set("tie_word_embeddings", true)
        .complete();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).gelu().flag("scale_attn_weights", true);
    parameters
        .count("context_length", "n_positions")
        .count("embedding_length", "n_embd")
        .count("feed_forward_length", Dimensions.of(config).feedForward())
        .blockCount()
        .count("attention.head_count", "n_head")
        .count("attention.head_count_kv", groups(config))
        .number("attention.layer_norm_epsilon", "layer_norm_epsilon")
        .fileType();
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    int groups = Math.toIntExact(groups(config));
    Dimensions is = Dimensions.of(config.with(Map.of("num_key_value_heads", groups)));
    Transform heads = groups == 1 ? new Transform.Keep() : new Transform.UngroupHeads(groups, 1);
    int positions = Dimensions.positive(config, 1 << 24, "n_positions");
    return new TensorRules(is.layers())
        .prefixes("transformer.", "")
        .skip("h.{layer}.attn.bias", "h.{layer}.attn.masked_bias")
        .top(
            TensorRule.matrix("wte", "token_embd", is.hidden(), is.vocabulary()),
            TensorRule.matrix("wpe", "position_embd", is.hidden(), positions),
            TensorRule.vector("ln_f", "output_norm", is.hidden()),
            TensorRule.matrix("lm_head", "output", is.hidden(), is.vocabulary())
                .optionalIf(is.tied()))
        .blocks(
            "h.{layer}.",
            TensorRule.vector("ln_1", "attn_norm", is.hidden()),
            TensorRule.vector("ln_2", "ffn_norm", is.hidden()),
            TensorRule.matrix("attn.c_attn", "attn_qkv", is.hidden(), is.fused()).with(heads),
            TensorRule.matrix("attn.c_proj", "attn_output", is.query(), is.hidden()),
            TensorRule.matrix("mlp.c_fc", "ffn_up", is.hidden(), is.feedForward()),
            TensorRule.matrix("mlp.c_proj", "ffn_down", is.feedForward(), is.hidden()))
        .map(checkpoint);
  }

  private static long groups(ModelConfig config) {
    return config.optionalFlag("multi_query").orElse(true) ? 1 : config.integer("n_head");
  }
}
