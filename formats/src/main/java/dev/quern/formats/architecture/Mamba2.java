package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.Map;

/// Mamba 2: heads whose states decay by one number each.
///
/// | Hugging Face (`backbone.` before) | GGUF | |
/// |---|---|---|
/// | `embeddings` (or `embedding`), `norm_f`, `lm_head` | `token_embd`, `output_norm`, `output` | the last absent when tied |
/// | `layers.N.norm` | `blk.N.attn_norm` | |
/// | `layers.N.mixer.in_proj`, `out_proj` | `blk.N.ssm_in`, `ssm_out` | |
/// | `layers.N.mixer.conv1d` | `blk.N.ssm_conv1d` | its axis of one removed |
/// | `layers.N.mixer.dt_bias` | `blk.N.ssm_dt.bias` | |
/// | `layers.N.mixer.A_log`, `D` | `blk.N.ssm_a`, `ssm_d` | the first as `-e^x`; both without suffix, in rows of one |
/// | `layers.N.mixer.norm` | `blk.N.ssm_norm` | a row for each group |
final class Mamba2 implements Architecture {
  private static final long CONTEXT = 1 << 20;

  @Override
  public String id() {
    return "mamba2";
  }

  @Override
  public List<String> classNames() {
    return List.of("Mamba2ForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    ModelConfig known =
        Defaults.of(config)
            .alias("hidden_size", "d_model", "dim")
            .alias("num_hidden_layers", "n_layer")
            .alias("conv_kernel", "d_conv")
            .alias("state_size", "d_state")
            .alias("intermediate_size", "d_inner")
            .set("conv_kernel", 4)
            .set("state_size", 128)
            .set("head_dim", 64)
            .set("n_groups", 1)
            .set("expand", 2)
            .set("tie_word_embeddings", config.optionalFlag("tie_embeddings").orElse(false))
            .complete();
    long inner =
        (long) Dimensions.positive(known, 1 << 10, "expand")
            * Dimensions.positive(known, 1 << 20, "hidden_size");
    return Recurrent.paddedVocabulary(known, 16).withDefaults(Map.of("intermediate_size", inner));
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).silu();
    parameters
        .count("context_length", CONTEXT)
        .count("embedding_length", "hidden_size")
        .count("feed_forward_length", 0)
        .count("attention.head_count", 0)
        .blockCount()
        .count("ssm.conv_kernel", "conv_kernel")
        .count("ssm.inner_size", "intermediate_size")
        .count("ssm.state_size", "state_size")
        .count("ssm.time_step_rank", heads(config))
        .count("ssm.group_count", "n_groups")
        .number("attention.layer_norm_rms_epsilon", Recurrent.epsilon(config))
        .fileType();
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    int hidden = Dimensions.positive(config, 1 << 20, "hidden_size");
    int inner = Dimensions.positive(config, 1 << 22, "intermediate_size");
    int state = Dimensions.positive(config, 1 << 16, "state_size");
    int groups = Dimensions.positive(config, 1 << 16, "n_groups");
    long heads = heads(config);
    if (inner % groups != 0 || heads % groups != 0 || heads < 1) {
      throw new MalformedFileException(
          config.file(),
          "%d channels and %d heads are not divided by n_groups, which is %d"
              .formatted(inner, heads, groups));
    }
    long mixed = inner + 2L * groups * state;
    Transform rows = new Transform.Reshape(Shape.of(1, heads));
    return Recurrent.top(config)
        .blocks(
            "layers.{layer}.",
            TensorRule.vector("norm", "attn_norm", hidden),
            TensorRule.matrix("mixer.in_proj", "ssm_in", hidden, inner + mixed + heads),
            Recurrent.convolution(config, mixed),
            TensorRule.vector("mixer.dt_bias", "ssm_dt.bias", heads).named(),
            TensorRule.vector("mixer.A_log", "ssm_a.", heads)
                .with(rows.then(new Transform.Each(Transform.Function.MINUS_EXPONENTIAL)))
                .named(),
            TensorRule.vector("mixer.D", "ssm_d.", heads).with(rows).named(),
            TensorRule.vector("mixer.norm", "ssm_norm", inner)
                .with(new Transform.Reshape(Shape.of(inner / groups, groups))),
            TensorRule.matrix("mixer.out_proj", "ssm_out", inner, hidden))
        .map(checkpoint);
  }

  private static long heads(ModelConfig config) {
    return config.integer("intermediate_size") / Dimensions.positive(config, 1 << 16, "head_dim");
  }
}
