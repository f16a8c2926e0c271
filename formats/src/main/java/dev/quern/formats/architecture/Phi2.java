package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// Phi 1, 1.5 and 2.
///
/// | Hugging Face | GGUF | |
/// |---|---|---|
/// | `model.embed_tokens`, `model.final_layernorm`, `lm_head` | `token_embd`, `output_norm`, `output` | |
/// | `model.layers.N.input_layernorm` | `blk.N.attn_norm` | before both parts |
/// | `model.layers.N.self_attn.q_proj`, `k_proj`, `v_proj`, `dense` | `blk.N.attn_q`, `attn_k`, `attn_v`, `attn_output` | |
/// | `model.layers.N.mlp.fc1`, `fc2` | `blk.N.ffn_up`, `ffn_down` | |
///
/// Files of the class before that of transformers:
///
/// | | GGUF |
/// |---|---|
/// | `transformer.embd.wte`, `lm_head.ln`, `lm_head.linear` | `token_embd`, `output_norm`, `output` |
/// | `transformer.h.N.ln`, `mixer.Wqkv`, `mixer.out_proj` | `blk.N.attn_norm`, `attn_qkv`, `attn_output` |
/// | `transformer.h.N.mlp.fc1`, `fc2` | `blk.N.ffn_up`, `ffn_down` |
final class Phi2 implements Architecture {
  @Override
  public String id() {
    return "phi2";
  }

  @Override
  public List<String> classNames() {
    return List.of("PhiForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .alias("hidden_size", "n_embd")
        .alias("num_hidden_layers", "n_layer")
        .alias("num_attention_heads", "n_head")
        .alias("max_position_embeddings", "n_positions")
        .set("intermediate_size", 4 * config.optionalInteger("hidden_size", "n_embd").orElse(2048))
        .sizes(24, 2048, 8192, 32, 51200)
        .set("max_position_embeddings", 2048)
        .set("layer_norm_eps", config.optionalNumber("layer_norm_epsilon").orElse(1e-5))
        .set("tie_word_embeddings", false)
        .ropeTheta(10000.0)
        .partialFactor(0.5)
        .completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).ropeWithoutFactors().gelu().flag("qk_layernorm", false);
    long hidden = config.integer("hidden_size");
    long heads = config.integer("num_attention_heads");
    long turned = (long) (RopeParameters.partialFactor(config) * hidden) / Math.max(1, heads);
    parameters
        .count("context_length", "n_positions", "max_position_embeddings")
        .count("embedding_length", hidden)
        .count("feed_forward_length", "intermediate_size")
        .blockCount()
        .count("attention.head_count", heads)
        .count("attention.head_count_kv", "num_key_value_heads")
        .number("attention.layer_norm_epsilon", "layer_norm_epsilon", "layer_norm_eps")
        .count("rope.dimension_count", config.optionalInteger("rotary_dim").orElse(turned))
        .fileType()
        .unusualRope()
        .putWhole("tokenizer.ggml.add_bos_token", new Bool(false));
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config);
    boolean old =
        checkpoint.tensors().stream().anyMatch(tensor -> tensor.name().startsWith("transformer."));
    TensorRules rules = new TensorRules(is.layers());
    return (old ? old(is, rules) : current(is, rules)).map(checkpoint);
  }

  private static TensorRules current(Dimensions is, TensorRules rules) {
    return rules
        .prefixes("model.", "")
        .top(
            TensorRule.matrix("embed_tokens", "token_embd", is.hidden(), is.vocabulary()),
            TensorRule.vector("final_layernorm", "output_norm", is.hidden()),
            TensorRule.matrix("lm_head", "output", is.hidden(), is.vocabulary())
                .optionalIf(is.tied()))
        .blocks(
            "layers.{layer}.",
            TensorRule.vector("input_layernorm", "attn_norm", is.hidden()),
            TensorRule.matrix("self_attn.q_proj", "attn_q", is.hidden(), is.query()),
            TensorRule.matrix("self_attn.k_proj", "attn_k", is.hidden(), is.keyValue()),
            TensorRule.matrix("self_attn.v_proj", "attn_v", is.hidden(), is.keyValue()),
            TensorRule.matrix("self_attn.dense", "attn_output", is.query(), is.hidden()),
            TensorRule.matrix("mlp.fc1", "ffn_up", is.hidden(), is.feedForward()),
            TensorRule.matrix("mlp.fc2", "ffn_down", is.feedForward(), is.hidden()));
  }

  private static TensorRules old(Dimensions is, TensorRules rules) {
    return rules
        .prefixes("transformer.", "")
        .top(
            TensorRule.matrix("embd.wte", "token_embd", is.hidden(), is.vocabulary()),
            TensorRule.vector("lm_head.ln", "output_norm", is.hidden()),
            TensorRule.matrix("lm_head.linear", "output", is.hidden(), is.vocabulary()))
        .blocks(
            "h.{layer}.",
            TensorRule.vector("ln", "attn_norm", is.hidden()),
            TensorRule.matrix("mixer.Wqkv", "attn_qkv", is.hidden(), 3L * is.query()),
            TensorRule.matrix("mixer.out_proj", "attn_output", is.query(), is.hidden()),
            TensorRule.matrix("mlp.fc1", "ffn_up", is.hidden(), is.feedForward()),
            TensorRule.matrix("mlp.fc2", "ffn_down", is.feedForward(), is.hidden()));
  }
}
