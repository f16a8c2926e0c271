package dev.quern.formats.architecture;

import dev.quern.formats.huggingface.ModelConfig;

/// The tensors of a LLaMA as Hugging Face publishes it, which many families share but for a few.
final class LlamaRules {
  private LlamaRules() {}

  /// The rules of a LLaMA, its rotary rows brought into pairs, with factors for its rotary
  /// frequencies where it has some.
  static TensorRules of(ModelConfig config) {
    return withoutFeedForward(config).blocks("layers.{layer}.", gated(Dimensions.of(config)));
  }

  /// The same of a family with another feed-forward part.
  static TensorRules withoutFeedForward(ModelConfig config) {
    Dimensions is = Dimensions.of(config).rotary(config);
    Transform queries = new Transform.PermuteRotary(is.heads());
    Transform keys = new Transform.PermuteRotary(is.keyValueHeads());
    return topWithFactors(config, is)
        .blocks("layers.{layer}.", attention(is, queries, keys))
        .blocks("layers.{layer}.", norms(is));
  }

  /// The same of a family whose rotary rows stay in halves.
  static TensorRules halves(ModelConfig config) {
    return halvesWithoutFeedForward(config).blocks("layers.{layer}.", gated(Dimensions.of(config)));
  }

  /// Likewise with another feed-forward part.
  static TensorRules halvesWithoutFeedForward(ModelConfig config) {
    Dimensions is = Dimensions.of(config).rotary(config);
    return topWithFactors(config, is)
        .blocks("layers.{layer}.", attention(is, new Transform.Keep(), new Transform.Keep()))
        .blocks("layers.{layer}.", norms(is));
  }

  /// Embedding, last norm and output matrix.
  static TensorRules top(Dimensions is) {
    return new TensorRules(is.layers())
        .prefixes("model.", "")
        .top(
            TensorRule.matrix("embed_tokens", "token_embd", is.hidden(), is.vocabulary()),
            TensorRule.vector("norm", "output_norm", is.hidden()),
            TensorRule.matrix("lm_head", "output", is.hidden(), is.vocabulary())
                .optionalIf(is.tied()));
  }

  /// The same, and the factors of rotary frequencies where there are some.
  static TensorRules topWithFactors(ModelConfig config, Dimensions is) {
    TensorRules rules = top(is);
    Llama3Factors.of(config).ifPresent(values -> rules.constant("rope_freqs.weight", values));
    return rules;
  }

  /// Adds what Meta and Mistral call the tensors outside of the feed-forward part, whose rotary
  /// rows lie in pairs already.
  static TensorRules withMetasNames(TensorRules rules, Dimensions is) {
    return rules
        .blocks(
            "layers.{layer}.",
            TensorRule.matrix("attention.wq", "attn_q", is.hidden(), is.query()),
            TensorRule.matrix("attention.wk", "attn_k", is.hidden(), is.keyValue()),
            TensorRule.matrix("attention.wv", "attn_v", is.hidden(), is.keyValue()),
            TensorRule.matrix("attention.wo", "attn_output", is.query(), is.hidden()),
            TensorRule.vector("attention_norm", "attn_norm", is.hidden()),
            TensorRule.vector("ffn_norm", "ffn_norm", is.hidden()))
        .top(
            TensorRule.matrix("tok_embeddings", "token_embd", is.hidden(), is.vocabulary()),
            TensorRule.matrix("output", "output", is.hidden(), is.vocabulary())
                .optionalIf(is.tied()))
        .skip("rope.freqs", "layers.{layer}.attention.inner_attention.rope.freqs");
  }

  /// The four matrices of attention.
  static TensorRule[] attention(Dimensions is, Transform queries, Transform keys) {
    return new TensorRule[] {
      TensorRule.matrix("self_attn.q_proj", "attn_q", is.hidden(), is.query()).with(queries),
      TensorRule.matrix("self_attn.k_proj", "attn_k", is.hidden(), is.keyValue()).with(keys),
      TensorRule.matrix("self_attn.v_proj", "attn_v", is.hidden(), is.keyValue()),
      TensorRule.matrix("self_attn.o_proj", "attn_output", is.query(), is.hidden())
    };
  }

  /// The norms before attention and before the feed-forward part.
  static TensorRule[] norms(Dimensions is) {
    return new TensorRule[] {
      TensorRule.vector("input_layernorm", "attn_norm", is.hidden()),
      TensorRule.vector("post_attention_layernorm", "ffn_norm", is.hidden())
    };
  }

  /// A feed-forward part with a gate.
  static TensorRule[] gated(Dimensions is) {
    return new TensorRule[] {
      TensorRule.matrix("mlp.gate_proj", "ffn_gate", is.hidden(), is.feedForward()),
      TensorRule.matrix("mlp.up_proj", "ffn_up", is.hidden(), is.feedForward()),
      TensorRule.matrix("mlp.down_proj", "ffn_down", is.feedForward(), is.hidden())
    };
  }
}
