package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// GPT-J, and GPT4All-J. Rotary rows lie in pairs already. llama.cpp's converter does not know the
/// family; its id and tensor names are those that gguf-py reserves.
///
/// | Hugging Face (`transformer.` before) | GGUF |
/// |---|---|
/// | `wte`, `ln_f` | `token_embd`, `output_norm` |
/// | `lm_head` | `output`, with a bias |
/// | `h.N.ln_1` | `blk.N.attn_norm`, before both parts |
/// | `h.N.attn.q_proj`, `k_proj`, `v_proj`, `out_proj` | `blk.N.attn_q`, `attn_k`, `attn_v`, `attn_output` |
/// | `h.N.mlp.fc_in`, `fc_out` | `blk.N.ffn_up`, `ffn_down` |
final class GptJ implements Architecture {
  @Override
  public String id() {
    return "gptj";
  }

  @Override
  public List<String> classNames() {
    return List.of("GPTJForCausalLM");
  }

  @Override
  public String proof() {
    return "the tensors are the checkpoint's; the reference converter does not know it";
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .alias("n_embd", "hidden_size")
        .alias("n_layer", "num_hidden_layers")
        .alias("n_head", "num_attention_heads")
        .alias("n_positions", "n_ctx", "max_position_embeddings")
        .set("n_embd", 4096)
        .set("n_layer", 28)
        .set("n_head", 16)
        .set("n_positions", 2048)
        .set("vocab_size", 50400)
        .unlessNull("rotary_dim", 64)
        .set("layer_norm_epsilon", 1e-5)
        .set("tie_word_embeddings", false)
        .complete();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).gelu();
    Dimensions is = Dimensions.of(config);
    parameters
        .count("context_length", "n_positions")
        .count("embedding_length", "n_embd")
        .blockCount()
        .count("feed_forward_length", is.feedForward())
        .count("rope.dimension_count", config.optionalInteger("rotary_dim").orElse(is.headLength()))
        .count("attention.head_count", "n_head")
        .flag("use_parallel_residual", true)
        .number("attention.layer_norm_epsilon", "layer_norm_epsilon")
        .fileType();
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config);
    return new TensorRules(is.layers())
        .prefixes("transformer.", "")
        .skip("h.{layer}.attn.bias", "h.{layer}.attn.masked_bias")
        .top(
            TensorRule.matrix("wte", "token_embd", is.hidden(), is.vocabulary()),
            TensorRule.vector("ln_f", "output_norm", is.hidden()),
            TensorRule.matrix("lm_head", "output", is.hidden(), is.vocabulary())
                .optionalIf(is.tied()))
        .blocks(
            "h.{layer}.",
            TensorRule.vector("ln_1", "attn_norm", is.hidden()),
            TensorRule.matrix("attn.q_proj", "attn_q", is.hidden(), is.query()),
            TensorRule.matrix("attn.k_proj", "attn_k", is.hidden(), is.keyValue()),
            TensorRule.matrix("attn.v_proj", "attn_v", is.hidden(), is.keyValue()),
            TensorRule.matrix("attn.out_proj", "attn_output", is.query(), is.hidden()),
            TensorRule.matrix("mlp.fc_in", "ffn_up", is.hidden(), is.feedForward()),
            TensorRule.matrix("mlp.fc_out", "ffn_down", is.feedForward(), is.hidden()))
        .map(checkpoint);
  }
}
