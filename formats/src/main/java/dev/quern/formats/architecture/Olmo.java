package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// OLMo, the first: a LLaMA whose norms have no weights.
///
/// Files of the class before that of transformers (`model.transformer.` before):
///
/// | | GGUF | |
/// |---|---|---|
/// | `wte`, `ff_out` | `token_embd`, `output` | |
/// | `blocks.N.att_proj` | `blk.N.attn_q`, `attn_k`, `attn_v` | divided, rotary rows permuted |
/// | `blocks.N.attn_out`, `ff_out` | `blk.N.attn_output`, `ffn_down` | |
/// | `blocks.N.ff_proj` | `blk.N.ffn_up`, `ffn_gate` | divided |
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
    return Defaults.of(config.has("d_model") ? renamed(config) : config)
        .sizes(32, 4096, 11008, 32, 50304)
        .set("max_position_embeddings", 2048)
        .set("tie_word_embeddings", false)
        .ropeTheta(10000.0)
        .completeHeads();
  }

  /// The settings of the first class under the names of the second. Its feed-forward length counts
  /// both halves, its vocabulary not the rows that fill the embedding up.
  private static ModelConfig renamed(ModelConfig config) {
    long hidden = config.integer("d_model");
    long both =
        config.has("mlp_hidden_size")
            ? config.integer("mlp_hidden_size")
            : hidden * config.integer("mlp_ratio");
    Map<String, Object> values = new HashMap<>();
    values.put("hidden_size", hidden);
    values.put("num_hidden_layers", config.integer("n_layers"));
    values.put("num_attention_heads", config.integer("n_heads"));
    values.put("intermediate_size", both / 2);
    values.put("max_position_embeddings", config.integer("max_sequence_length"));
    values.put("vocab_size", config.integer("embedding_size", "vocab_size"));
    values.put("tie_word_embeddings", config.optionalFlag("weight_tying").orElse(true));
    config
        .optionalInteger("n_kv_heads")
        .ifPresent(heads -> values.put("num_key_value_heads", heads));
    return config.with(values);
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config)
        .rope(List.of("default", "linear", "dynamic", "yarn"))
        .silu()
        .flag("rope", true)
        .flag("alibi", false)
        .flag("multi_query_attention", false);
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
                .optionalIf(is.tied()),
            TensorRule.matrix("transformer.wte", "token_embd", is.hidden(), is.vocabulary()),
            TensorRule.matrix("transformer.ff_out", "output", is.hidden(), is.vocabulary())
                .optionalIf(is.tied()))
        .blocks("transformer.blocks.{layer}.", old(is, queries, keys))
        .blocks("layers.{layer}.", LlamaRules.attention(is, queries, keys))
        .blocks("layers.{layer}.", LlamaRules.gated(is))
        .map(checkpoint);
  }

  private static TensorRule[] old(Dimensions is, Transform queries, Transform keys) {
    long fused = is.fused();
    long both = 2L * is.feedForward();
    return new TensorRule[] {
      TensorRule.matrix("att_proj", "", is.hidden(), fused)
          .divided(
              new TensorRule.Part(
                  "attn_q", new Transform.TakeRows(fused, 0, is.query()).then(queries)),
              new TensorRule.Part(
                  "attn_k", new Transform.TakeRows(fused, is.query(), is.keyValue()).then(keys)),
              new TensorRule.Part(
                  "attn_v", new Transform.TakeRows(fused, fused - is.keyValue(), is.keyValue()))),
      TensorRule.matrix("attn_out", "attn_output", is.query(), is.hidden()),
      TensorRule.matrix("ff_proj", "", is.hidden(), both)
          .divided(
              new TensorRule.Part("ffn_up", new Transform.TakeRows(both, 0, is.feedForward())),
              new TensorRule.Part(
                  "ffn_gate", new Transform.TakeRows(both, is.feedForward(), is.feedForward()))),
      TensorRule.matrix("ff_out", "ffn_down", is.feedForward(), is.hidden())
    };
  }
}
