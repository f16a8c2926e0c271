package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// Granite 3 with experts, and in some models one that every token asks.
///
/// | Hugging Face (`model.layers.N.` before) | GGUF (`blk.N.` before) | |
/// |---|---|---|
/// | `block_sparse_moe.router.layer` | `ffn_gate_inp` | |
/// | `block_sparse_moe.input_linear` | `ffn_gate_exps`, `ffn_up_exps` | halves of the rows |
/// | `block_sparse_moe.output_linear` | `ffn_down_exps` | |
/// | `shared_mlp.input_linear` | `ffn_gate_shexp`, `ffn_up_shexp` | halves of the rows |
/// | `shared_mlp.output_linear` | `ffn_down_shexp` | |
final class GraniteMoe implements Architecture {
  @Override
  public String id() {
    return "granitemoe";
  }

  @Override
  public List<String> classNames() {
    return List.of("GraniteMoeForCausalLM", "GraniteMoeSharedForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Granite.completed(config)
        .set("num_local_experts", 8)
        .set("num_experts_per_tok", 2)
        .completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Granite.write(config, parameters);
    long shared = shared(config);
    if (shared > 0) {
      parameters.count("expert_shared_feed_forward_length", shared);
    }
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    ExpertRules experts = ExpertRules.of(config, is, "intermediate_size");
    TensorRules rules =
        LlamaRules.withoutFeedForward(config)
            .blocks("layers.{layer}.", experts.router("block_sparse_moe.router.layer"))
            .blocks(
                "layers.{layer}.",
                experts.fused("block_sparse_moe.input_linear", "block_sparse_moe.output_linear"));
    long shared = shared(config);
    if (shared > 0) {
      rules.blocks(
          "layers.{layer}.",
          TensorRule.matrix("shared_mlp.input_linear", "", is.hidden(), 2 * shared)
              .divided(
                  new TensorRule.Part(
                      "ffn_gate_shexp", new Transform.TakeRows(2 * shared, 0, shared)),
                  new TensorRule.Part(
                      "ffn_up_shexp", new Transform.TakeRows(2 * shared, shared, shared))),
          TensorRule.matrix("shared_mlp.output_linear", "ffn_down_shexp", shared, is.hidden()));
    }
    return rules.map(checkpoint);
  }

  private static long shared(ModelConfig config) {
    return config.optionalInteger("shared_intermediate_size").orElse(0) > 0
        ? Dimensions.positive(config, 1 << 24, "shared_intermediate_size")
        : 0;
  }
}
