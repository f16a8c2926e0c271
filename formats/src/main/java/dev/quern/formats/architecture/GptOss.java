package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.Shape;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// gpt-oss: experts with biases, whose gates and what they gate lie in turn; a score of nothing for
/// each head; windows in every other block.
///
/// | Hugging Face (`model.layers.N.` before) | GGUF (`blk.N.` before) | |
/// |---|---|---|
/// | `self_attn.sinks` | `attn_sinks` | |
/// | `post_attention_layernorm` | `post_attention_norm` | |
/// | `mlp.router` | `ffn_gate_inp` | |
/// | `mlp.experts.gate_up_proj` | `ffn_gate_exps`, `ffn_up_exps` | transposed, every other row |
/// | `mlp.experts.down_proj` | `ffn_down_exps` | transposed |
/// | `mlp.experts.*_proj_bias` | `ffn_*_exps.bias` | |
/// | `mlp.experts.*_proj_blocks`, `_scales` | `ffn_*_exps` | MXFP4, rows as they are |
final class GptOss implements Architecture {
  @Override
  public String id() {
    return "gpt-oss";
  }

  @Override
  public List<String> classNames() {
    return List.of("GptOssForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(36, 2880, 2880, 64, 201088)
        .set("num_key_value_heads", 8)
        .set("head_dim", 64)
        .set("max_position_embeddings", 131072)
        .set("rms_norm_eps", 1e-5)
        .set("tie_word_embeddings", false)
        .set("num_local_experts", 128)
        .set("num_experts_per_tok", 4)
        .set("sliding_window", 128)
        .ropeTheta(150000.0)
        .complete();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).ropeWithoutFactors().silu();
    parameters
        .usual()
        .count("attention.sliding_window", "sliding_window")
        .count("expert_feed_forward_length", "intermediate_size");
    WindowPatterns.writeUnusual(config, parameters, 2);
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    ExpertRules experts = ExpertRules.of(config, is, "intermediate_size");
    Transform keep = new Transform.Keep();
    return LlamaRules.top(is)
        .blocks("layers.{layer}.", LlamaRules.attention(is, keep, keep))
        .blocks(
            "layers.{layer}.",
            TensorRule.vector("self_attn.sinks", "attn_sinks", is.heads()).named(),
            TensorRule.vector("input_layernorm", "attn_norm", is.hidden()),
            TensorRule.vector("post_attention_layernorm", "post_attention_norm", is.hidden()),
            experts.router("mlp.router"))
        .blocks("layers.{layer}.", transposed(experts))
        .blocks("layers.{layer}.", biases(experts))
        .blocks("layers.{layer}.", blocks(experts))
        .map(checkpoint);
  }

  /// Matrices as PyTorch multiplies with them from the right.
  private static TensorRule[] transposed(ExpertRules is) {
    long both = 2L * is.length();
    Transform turn = new Transform.Transpose();
    return new TensorRule[] {
      TensorRule.of("mlp.experts.gate_up_proj", "", Shape.of(both, is.hidden(), is.count()), both)
          .divided(
              new TensorRule.Part("ffn_gate_exps", turn.then(everyOther(0))),
              new TensorRule.Part("ffn_up_exps", turn.then(everyOther(1))))
          .named()
          .optional(),
      TensorRule.of(
              "mlp.experts.down_proj",
              "ffn_down_exps",
              Shape.of(is.hidden(), is.length(), is.count()),
              is.hidden())
          .with(turn)
          .named()
    };
  }

  private static TensorRule[] biases(ExpertRules is) {
    long both = 2L * is.length();
    Transform column = new Transform.Reshape(Shape.of(1, both, is.count()));
    Transform row = new Transform.Reshape(Shape.of(is.length(), is.count()));
    return new TensorRule[] {
      TensorRule.of("mlp.experts.gate_up_proj_bias", "", Shape.of(both, is.count()), both)
          .divided(
              new TensorRule.Part("ffn_gate_exps.bias", column.then(everyOther(0)).then(row)),
              new TensorRule.Part("ffn_up_exps.bias", column.then(everyOther(1)).then(row)))
          .named(),
      TensorRule.matrix("mlp.experts.down_proj_bias", "ffn_down_exps.bias", is.hidden(), is.count())
          .named()
    };
  }

  /// Matrices as they are when they were published in MXFP4.
  private static TensorRule[] blocks(ExpertRules is) {
    long both = 2L * is.length();
    return new TensorRule[] {
      TensorRule.of(
              "mlp.experts.gate_up_proj_blocks", "", Shape.of(is.hidden(), both, is.count()), both)
          .divided(
              new TensorRule.Part("ffn_gate_exps", everyOther(0)),
              new TensorRule.Part("ffn_up_exps", everyOther(1)))
          .named()
          .optional(),
      TensorRule.of(
              "mlp.experts.down_proj_blocks",
              "ffn_down_exps",
              Shape.of(is.length(), is.hidden(), is.count()),
              is.hidden())
          .named()
          .optional()
    };
  }

  private static Transform everyOther(int first) {
    return new Transform.TakeRows(2, first, 1);
  }
}
