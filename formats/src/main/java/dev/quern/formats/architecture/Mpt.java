package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// MPT, GPT4All-MPT, and others of MosaicML's class.
///
/// | Hugging Face (`transformer.` before) | GGUF |
/// |---|---|
/// | `wte`, `wpe`, `norm_f` | `token_embd`, `position_embd` (without ALiBi), `output_norm` |
/// | `lm_head` | `output`, absent when tied |
/// | `blocks.N.norm_1`, `norm_2` | `blk.N.attn_norm`, `ffn_norm` |
/// | `blocks.N.attn.Wqkv`, `out_proj` | `blk.N.attn_qkv`, `attn_output` |
/// | `blocks.N.attn.q_ln`, `k_ln` | `blk.N.attn_q_norm`, `attn_k_norm` |
/// | `blocks.N.ffn.up_proj`, `down_proj` | `blk.N.ffn_up`, `ffn_down` |
final class Mpt implements Architecture {
  @Override
  public String id() {
    return "mpt";
  }

  @Override
  public List<String> classNames() {
    return List.of("MPTForCausalLM", "MptForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .set("d_model", 2048)
        .set("n_heads", 16)
        .set("n_layers", 24)
        .set("max_seq_len", 2048)
        .set("vocab_size", 50368)
        .set("expansion_ratio", 4)
        .set("tie_word_embeddings", true)
        .complete();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Optional<ModelConfig> attention = config.object("attn_config");
    attention.ifPresent(
        settings -> Limits.of(settings).flag("rope", false).flag("prefix_lm", false));
    Limits.of(config).absent("logit_scale");
    parameters
        .count("context_length", "max_seq_len")
        .count("embedding_length", "d_model")
        .blockCount()
        .count("feed_forward_length", feedForward(config))
        .count("attention.head_count", "n_heads");
    attention
        .flatMap(settings -> settings.optionalInteger("kv_n_heads").stream().boxed().findFirst())
        .ifPresent(heads -> parameters.count("attention.head_count_kv", heads));
    parameters.number("attention.layer_norm_epsilon", 1e-5);
    attention
        .flatMap(settings -> settings.optionalNumber("clip_qkv").stream().boxed().findFirst())
        .ifPresent(clip -> parameters.number("attention.clamp_kqv", clip));
    attention
        .flatMap(settings -> settings.optionalNumber("softmax_scale").stream().boxed().findFirst())
        .ifPresent(scale -> parameters.number("attention.scale", scale));
    parameters.number("attention.max_alibi_bias", isAlibi(config) ? bias(config) : 0);
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is =
        Dimensions.of(config.with(Map.of("num_key_value_heads", keyValueHeads(config))));
    long feedForward = feedForward(config);
    int positions = Dimensions.positive(config, 1 << 24, "max_seq_len");
    return new TensorRules(is.layers())
        .prefixes("transformer.", "")
        .top(
            TensorRule.matrix("wte", "token_embd", is.hidden(), is.vocabulary()),
            TensorRule.matrix("wpe", "position_embd", is.hidden(), positions)
                .optionalIf(isAlibi(config)),
            TensorRule.vector("norm_f", "output_norm", is.hidden()),
            TensorRule.matrix("lm_head", "output", is.hidden(), is.vocabulary())
                .optionalIf(is.tied()))
        .blocks(
            "blocks.{layer}.",
            TensorRule.vector("norm_1", "attn_norm", is.hidden()),
            TensorRule.vector("norm_2", "ffn_norm", is.hidden()),
            TensorRule.matrix("attn.Wqkv", "attn_qkv", is.hidden(), is.fused()),
            TensorRule.matrix("attn.out_proj", "attn_output", is.query(), is.hidden()),
            TensorRule.vector("attn.q_ln", "attn_q_norm", is.query()).optional(),
            TensorRule.vector("attn.k_ln", "attn_k_norm", is.keyValue()).optional(),
            TensorRule.matrix("ffn.up_proj", "ffn_up", is.hidden(), feedForward),
            TensorRule.matrix("ffn.down_proj", "ffn_down", feedForward, is.hidden()))
        .map(checkpoint);
  }

  private static long feedForward(ModelConfig config) {
    return Dimensions.positive(config, 64, "expansion_ratio")
        * (long) Dimensions.positive(config, 1 << 20, "d_model");
  }

  private static long keyValueHeads(ModelConfig config) {
    long heads = config.integer("n_heads");
    return config
        .object("attn_config")
        .map(settings -> settings.optionalInteger("kv_n_heads").orElse(heads))
        .orElse(heads);
  }

  private static boolean isAlibi(ModelConfig config) {
    return config
        .object("attn_config")
        .flatMap(settings -> settings.optionalFlag("alibi"))
        .orElse(true);
  }

  private static double bias(ModelConfig config) {
    return config
        .object("attn_config")
        .map(settings -> settings.optionalNumber("alibi_bias_max").orElse(8))
        .orElse(8.0);
  }
}
