package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.SequencedMap;

/// ChatGLM 2 and 3, GLM-4-9B before 0414 and GLM-Edge: half of each head turned, in pairs already,
/// gate and up in one matrix.
///
/// | Hugging Face (`model.` before) | its own class (`transformer.` before) | GGUF |
/// |---|---|---|
/// | `embed_tokens`, `norm`, `lm_head` | `embedding.word_embeddings`, `encoder.final_layernorm`, `output_layer` | `token_embd`, `output_norm`, `output` |
/// | `layers.N.input_layernorm`, `post_attention_layernorm` | the same in `encoder.` | `blk.N.attn_norm`, `ffn_norm` |
/// | `layers.N.self_attn.q_proj`, `k_proj`, `v_proj` | `encoder.layers.N.self_attention.query_key_value` | `blk.N.attn_q`, `attn_k`, `attn_v`; `attn_qkv` |
/// | `layers.N.self_attn.o_proj` | `encoder.layers.N.self_attention.dense` | `blk.N.attn_output` |
/// | `layers.N.mlp.gate_up_proj`, `down_proj` | `encoder.layers.N.mlp.dense_h_to_4h`, `dense_4h_to_h` | `blk.N.ffn_up`, `ffn_down` |
///
/// Deliberate difference from the reference: of the class of transformers `context_length`,
/// `layer_norm_rms_epsilon` and `freq_base` are what config.json says, not the defaults of the
/// other class.
final class ChatGlm implements Architecture {
  @Override
  public String id() {
    return "chatglm";
  }

  @Override
  public List<String> classNames() {
    return List.of("GlmForCausalLM", "ChatGLMModel", "ChatGLMForConditionalGeneration");
  }

  @Override
  public String proof() {
    return "files equal the reference converter's to the byte; for GlmForCausalLM but for settings that it does not read";
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .alias("num_hidden_layers", "num_layers")
        .alias("intermediate_size", "ffn_hidden_size")
        .alias("vocab_size", "padded_vocab_size")
        .alias("num_key_value_heads", "multi_query_group_num")
        .alias("max_position_embeddings", "seq_length")
        .sizes(40, 4096, 13696, 32, 151552)
        .set("max_position_embeddings", 131072)
        .set("rms_norm_eps", epsilon(config))
        .set("tie_word_embeddings", false)
        .ropeTheta(10000 * config.optionalNumber("rope_ratio").orElse(1))
        .partialFactor(0.5)
        .completeHeads();
  }

  /// The two classes assume different numbers.
  private static double epsilon(ModelConfig config) {
    boolean current = config.texts("architectures").contains("GlmForCausalLM");
    return config.optionalNumber("layernorm_epsilon").orElse(current ? 1.5625e-7 : 1e-5);
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config)
        .rope(List.of("default"))
        .silu()
        .flag("rmsnorm", true)
        .flag("post_layer_norm", true)
        .flag("apply_residual_connection_post_layernorm", false);
    double turned = Dimensions.of(config).headLength() * RopeParameters.partialFactor(config);
    parameters
        .count("context_length", "max_position_embeddings")
        .count("embedding_length", "hidden_size")
        .count("feed_forward_length", "intermediate_size")
        .blockCount()
        .count("attention.head_count", "num_attention_heads")
        .count("attention.head_count_kv", "num_key_value_heads")
        .number("attention.layer_norm_rms_epsilon", "rms_norm_eps")
        .fileType()
        .count("rope.dimension_count", (long) turned)
        .putWhole("tokenizer.ggml.add_bos_token", new Bool(false))
        .number("rope.freq_base", RopeParameters.of(config).orElseThrow().required("rope_theta"));
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    boolean own =
        checkpoint.tensors().stream().anyMatch(tensor -> tensor.name().contains("encoder."));
    return (own ? own(is) : current(is)).map(checkpoint);
  }

  private static TensorRules current(Dimensions is) {
    Transform keep = new Transform.Keep();
    return LlamaRules.top(is)
        .blocks("layers.{layer}.", LlamaRules.attention(is, keep, keep))
        .blocks("layers.{layer}.", LlamaRules.norms(is))
        .blocks(
            "layers.{layer}.",
            TensorRule.matrix("mlp.gate_up_proj", "ffn_up", is.hidden(), 2L * is.feedForward()),
            TensorRule.matrix("mlp.down_proj", "ffn_down", is.feedForward(), is.hidden()));
  }

  private static TensorRules own(Dimensions is) {
    return new TensorRules(is.layers())
        .prefixes("transformer.", "")
        .skip("rotary_pos_emb.inv_freq")
        .top(
            TensorRule.matrix(
                "embedding.word_embeddings", "token_embd", is.hidden(), is.vocabulary()),
            TensorRule.vector("encoder.final_layernorm", "output_norm", is.hidden()),
            TensorRule.matrix("output_layer", "output", is.hidden(), is.vocabulary())
                .optionalIf(is.tied()))
        .blocks("encoder.layers.{layer}.", LlamaRules.norms(is))
        .blocks(
            "encoder.layers.{layer}.",
            TensorRule.matrix(
                "self_attention.query_key_value", "attn_qkv", is.hidden(), is.fused()),
            TensorRule.matrix("self_attention.dense", "attn_output", is.query(), is.hidden()),
            TensorRule.matrix("mlp.dense_h_to_4h", "ffn_up", is.hidden(), 2L * is.feedForward()),
            TensorRule.matrix("mlp.dense_4h_to_h", "ffn_down", is.feedForward(), is.hidden()));
  }

  /// The reference names the special tokens of GLM where the tokenizer's files name none.
  @Override
  public void adaptVocabulary(ModelConfig config, SequencedMap<String, MetadataValue> metadata) {
    SpecialTokens.of(metadata)
        .name("eos_token_id", "<|endoftext|>")
        .name("eot_token_id", "<|user|>")
        .name("unknown_token_id", "<|endoftext|>");
  }
}
