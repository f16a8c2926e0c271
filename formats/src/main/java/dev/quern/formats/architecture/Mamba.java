package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.Shape;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.Map;

/// Mamba, the first: no attention, a state that every position changes.
///
/// | Hugging Face (`backbone.` before) | GGUF | |
/// |---|---|---|
/// | `embeddings` (or `embedding`), `norm_f`, `lm_head` | `token_embd`, `output_norm`, `output` | the last absent when tied |
/// | `layers.N.norm` | `blk.N.attn_norm` | |
/// | `layers.N.mixer.in_proj`, `out_proj` | `blk.N.ssm_in`, `ssm_out` | |
/// | `layers.N.mixer.conv1d` | `blk.N.ssm_conv1d` | its axis of one removed |
/// | `layers.N.mixer.x_proj`, `dt_proj` | `blk.N.ssm_x`, `ssm_dt` | |
/// | `layers.N.mixer.A_log`, `D` | `blk.N.ssm_a`, `ssm_d` | the first as `-e^x`; both without suffix |
///
/// Deliberate difference from the reference: it compares the output matrix with the embedding and
/// leaves it out when they are equal; here config.json says whether they are.
final class Mamba implements Architecture {
  private static final long CONTEXT = 1 << 20;

  @Override
  public String id() {
    return "mamba";
  }

  @Override
  public List<String> classNames() {
    return List.of("MambaForCausalLM", "MambaLMHeadModel", "FalconMambaForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    ModelConfig known =
        Defaults.of(config)
            .alias("hidden_size", "d_model")
            .alias("num_hidden_layers", "n_layer")
            .alias("conv_kernel", "d_conv")
            .alias("state_size", "d_state")
            .alias("time_step_rank", "dt_rank")
            .alias("intermediate_size", "d_inner")
            .set("conv_kernel", 4)
            .set("state_size", 16)
            .set("tie_word_embeddings", config.optionalFlag("tie_embeddings").orElse(true))
            .complete();
    long hidden = known.integer("hidden_size");
    return Recurrent.paddedVocabulary(known, 8)
        .withDefaults(
            Map.of("intermediate_size", 2 * hidden, "time_step_rank", (hidden + 15) / 16));
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
        .count("ssm.time_step_rank", "time_step_rank")
        .number("attention.layer_norm_rms_epsilon", Recurrent.epsilon(config))
        .flag("ssm.dt_b_c_rms", config.optionalText("model_type").orElse("").equals("falcon_mamba"))
        .fileType();
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    int hidden = Dimensions.positive(config, 1 << 20, "hidden_size");
    int inner = Dimensions.positive(config, 1 << 22, "intermediate_size");
    int state = Dimensions.positive(config, 1 << 16, "state_size");
    int rank = Dimensions.positive(config, 1 << 16, "time_step_rank");
    return Recurrent.top(config)
        .blocks(
            "layers.{layer}.",
            TensorRule.vector("norm", "attn_norm", hidden),
            TensorRule.matrix("mixer.in_proj", "ssm_in", hidden, 2L * inner),
            Recurrent.convolution(config, inner),
            TensorRule.matrix("mixer.x_proj", "ssm_x", inner, rank + 2L * state),
            TensorRule.matrix("mixer.dt_proj", "ssm_dt", rank, inner),
            TensorRule.of("mixer.A_log", "ssm_a.", Shape.of(state, inner), 0)
                .with(new Transform.Each(Transform.Function.MINUS_EXPONENTIAL))
                .named(),
            TensorRule.vector("mixer.D", "ssm_d.", inner).named(),
            TensorRule.matrix("mixer.out_proj", "ssm_out", inner, hidden))
        .map(checkpoint);
  }
}
