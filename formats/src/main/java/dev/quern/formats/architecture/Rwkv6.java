package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.Shape;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.Map;

/// RWKV 6 (Finch): no attention, a matrix of state for each head.
///
/// | Hugging Face (`rwkv.` before) | GGUF | |
/// |---|---|---|
/// | `embeddings`, `ln_out`, `head` | `token_embd`, `output_norm`, `output` | the last without prefix |
/// | `blocks.0.pre_ln` | `token_embd_norm` | |
/// | `blocks.N.ln1`, `ln2` | `blk.N.attn_norm`, `attn_norm_2` | |
/// | `blocks.N.attention.time_maa_w`, `_k`, `_v`, `_r`, `_g` | `blk.N.time_mix_lerp_fused` | stacked |
/// | `blocks.N.attention.time_maa_x`, `time_decay` | `blk.N.time_mix_lerp_x`, `time_mix_decay` | as vectors |
/// | `blocks.N.attention.time_maa_w1`, `_w2` | `blk.N.time_mix_w1`, `time_mix_w2` | transposed |
/// | `blocks.N.attention.time_decay_w1`, `_w2` | `blk.N.time_mix_decay_w1`, `time_mix_decay_w2` | transposed |
/// | `blocks.N.attention.time_faaaa`, `ln_x` | `blk.N.time_mix_first`, `time_mix_ln` | |
/// | `blocks.N.attention.receptance`, `key`, `value`, `gate`, `output` | `blk.N.time_mix_receptance` … | the last halved every so many blocks |
/// | `blocks.N.feed_forward.time_maa_k`, `_r` | `blk.N.channel_mix_lerp_k`, `_r` | as vectors |
/// | `blocks.N.feed_forward.key`, `value`, `receptance` | `blk.N.channel_mix_key` … | the second halved likewise |
final class Rwkv6 implements Architecture {
  private static final long CONTEXT = 1 << 20;
  private static final int LARGE = 4096;

  @Override
  public String id() {
    return "rwkv6";
  }

  @Override
  public List<String> classNames() {
    return List.of("Rwkv6ForCausalLM");
  }

  @Override
  public String proof() {
    return "tensors and settings equal the reference converter's; its tokenizer was not compared";
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    ModelConfig known =
        Defaults.of(config)
            .set("vocab_size", 65536)
            .set("hidden_size", 768)
            .set("num_hidden_layers", 24)
            .set("head_size", 64)
            .set("layer_norm_epsilon", 1e-5)
            .set("rescale_every", 6)
            .set("tie_word_embeddings", false)
            .complete();
    long hidden = known.integer("hidden_size");
    return known.withDefaults(Map.of("intermediate_size", hidden * 7 / 2 / 32 * 32));
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    boolean large = config.integer("hidden_size") == LARGE;
    parameters
        .count("context_length", CONTEXT)
        .count("embedding_length", "hidden_size")
        .blockCount()
        .number("attention.layer_norm_epsilon", "layer_norm_epsilon")
        .count("rescale_every_n_layers", "rescale_every")
        .count("wkv.head_size", "head_size")
        .count("time_mix_extra_dim", large ? 64 : 32)
        .count("time_decay_extra_dim", large ? 128 : 64)
        .count("feed_forward_length", "intermediate_size")
        .fileType()
        .count("attention.head_count", 0);
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    int hidden = Dimensions.positive(config, 1 << 20, "hidden_size");
    int vocabulary = Dimensions.positive(config, 1 << 24, "vocab_size");
    TensorRules rules =
        new TensorRules(Dimensions.positive(config, 10_000, "num_hidden_layers"))
            .prefixes("rwkv.", "")
            .top(
                TensorRule.matrix("embeddings", "token_embd", hidden, vocabulary),
                TensorRule.vector("blocks.{layer}.pre_ln", "token_embd_norm", hidden),
                TensorRule.vector("ln_out", "output_norm", hidden),
                TensorRule.matrix("head", "output", hidden, vocabulary))
            .blocks(
                "blocks.{layer}.",
                TensorRule.vector("ln1", "attn_norm", hidden),
                TensorRule.vector("ln2", "attn_norm_2", hidden))
            .blocks("blocks.{layer}.attention.", mixing(config, hidden))
            .blocks("blocks.{layer}.attention.", matrices(config, hidden))
            .blocks("blocks.{layer}.feed_forward.", channels(config, hidden));
    List<String> fused = List.of("w", "k", "v", "r", "g");
    for (int i = 0; i < fused.size(); i++) {
      rules.rename(".attention.time_maa_" + fused.get(i), ".attention.time_maa." + i);
    }
    return rules.map(checkpoint);
  }

  /// What mixes a position with the one before.
  private static TensorRule[] mixing(ModelConfig config, int hidden) {
    boolean large = hidden == LARGE;
    int mix = large ? 64 : 32;
    int decay = large ? 128 : 64;
    int head = Dimensions.positive(config, 1 << 16, "head_size");
    Transform turn = new Transform.Transpose();
    return new TensorRule[] {
      TensorRule.of("time_maa.{part}", "time_mix_lerp_fused", Shape.of(hidden, 1, 1), 0)
          .stacked("lerp", 5)
          .named(),
      vector("time_maa_x", "time_mix_lerp_x", hidden),
      vector("time_decay", "time_mix_decay", hidden),
      TensorRule.matrix("time_maa_w1", "time_mix_w1", 5L * mix, hidden).with(turn).named(),
      TensorRule.of("time_maa_w2", "time_mix_w2", Shape.of(hidden, mix, 5), 0).with(turn).named(),
      TensorRule.matrix("time_decay_w1", "time_mix_decay_w1", decay, hidden).with(turn).named(),
      TensorRule.matrix("time_decay_w2", "time_mix_decay_w2", hidden, decay).with(turn).named(),
      TensorRule.matrix("time_faaaa", "time_mix_first", head, hidden / head).named()
    };
  }

  private static TensorRule[] matrices(ModelConfig config, int hidden) {
    return new TensorRule[] {
      TensorRule.matrix("receptance", "time_mix_receptance", hidden, hidden),
      TensorRule.matrix("key", "time_mix_key", hidden, hidden),
      TensorRule.matrix("value", "time_mix_value", hidden, hidden),
      TensorRule.matrix("gate", "time_mix_gate", hidden, hidden),
      TensorRule.matrix("output", "time_mix_output", hidden, hidden).with(halved(config)),
      TensorRule.vector("ln_x", "time_mix_ln", hidden)
    };
  }

  private static TensorRule[] channels(ModelConfig config, int hidden) {
    int length = Dimensions.positive(config, 1 << 24, "intermediate_size");
    return new TensorRule[] {
      vector("time_maa_k", "channel_mix_lerp_k", hidden),
      vector("time_maa_r", "channel_mix_lerp_r", hidden),
      TensorRule.matrix("key", "channel_mix_key", hidden, length),
      TensorRule.matrix("receptance", "channel_mix_receptance", hidden, hidden),
      TensorRule.matrix("value", "channel_mix_value", length, hidden).with(halved(config))
    };
  }

  /// A vector that the checkpoint has with two axes of one.
  private static TensorRule vector(String source, String target, int length) {
    return TensorRule.of(source, target, Shape.of(length, 1, 1), 0)
        .with(new Transform.Reshape(Shape.of(length)))
        .named();
  }

  private static Transform halved(ModelConfig config) {
    return config.integer("rescale_every") == 0
        ? new Transform.Keep()
        : new Transform.HalveEvery(Dimensions.positive(config, 10_000, "rescale_every"));
  }
}
