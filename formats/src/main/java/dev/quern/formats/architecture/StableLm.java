package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// StableLM 3B, StableLM 2 1.6B and 12B. The last has a norm for each head of queries and keys,
/// which lie in the GGUF as the rows of one matrix; llama.cpp's converter stops at them.
///
/// | Hugging Face (`model.` before) | GGUF |
/// |---|---|
/// | as a LLaMA, rotary rows in halves | |
/// | `layers.N.self_attn.q_layernorm.norms.H`, `k_layernorm.norms.H` | `blk.N.attn_q_norm`, `attn_k_norm`, stacked |
final class StableLm implements Architecture {
  @Override
  public String id() {
    return "stablelm";
  }

  @Override
  public List<String> classNames() {
    return List.of("StableLmForCausalLM", "StableLMEpochForCausalLM");
  }

  @Override
  public String proof() {
    return "files equal the reference converter's to the byte; for norms of heads once it is repaired";
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    Defaults defaults =
        Defaults.of(config)
            .sizes(32, 2560, 6912, 32, 50304)
            .set("max_position_embeddings", 4096)
            .set("tie_word_embeddings", false)
            .set("use_parallel_residual", !isCurrent(config))
            .ropeTheta(10000.0)
            .partialFactor(0.25);
    if (config.optionalNumber("layer_norm_eps", "norm_eps").isEmpty()) {
      defaults.set("layer_norm_eps", 1e-5);
    }
    return defaults.completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).ropeWithoutFactors().silu();
    long head = config.integer("hidden_size") / config.integer("num_attention_heads");
    parameters
        .count("context_length", "max_position_embeddings")
        .count("embedding_length", "hidden_size")
        .blockCount()
        .count("feed_forward_length", "intermediate_size")
        .count("rope.dimension_count", (long) (RopeParameters.partialFactor(config) * head))
        .count("attention.head_count", "num_attention_heads")
        .count("attention.head_count_kv", "num_key_value_heads")
        .flag("use_parallel_residual", config.flag("use_parallel_residual"))
        .number("attention.layer_norm_epsilon", "layer_norm_eps", "norm_eps")
        .fileType()
        .unusualRope();
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config);
    boolean parallel = config.flag("use_parallel_residual");
    boolean norms = config.optionalFlag("qk_layernorm").orElse(false);
    Transform keep = new Transform.Keep();
    return LlamaRules.top(is)
        .blocks("layers.{layer}.", LlamaRules.attention(is, keep, keep))
        .blocks("layers.{layer}.", LlamaRules.gated(is))
        .blocks(
            "layers.{layer}.",
            TensorRule.vector("input_layernorm", "attn_norm", is.hidden()),
            TensorRule.vector("post_attention_layernorm", "ffn_norm", is.hidden())
                .optionalIf(parallel),
            headNorm("q_layernorm", "attn_q_norm", is.headLength(), is.heads()).optionalIf(!norms),
            headNorm("k_layernorm", "attn_k_norm", is.headLength(), is.keyValueHeads())
                .optionalIf(!norms))
        .map(checkpoint);
  }

  private static TensorRule headNorm(String source, String target, int length, int heads) {
    return TensorRule.vector("self_attn." + source + ".norms.{part}", target, length)
        .stacked(source, heads);
  }

  /// True for the class of transformers, whose feed-forward part comes after attention unless the
  /// configuration says otherwise; the class before it means beside.
  private static boolean isCurrent(ModelConfig config) {
    return config.optionalText("model_type").orElse("").equals("stablelm");
  }
}
