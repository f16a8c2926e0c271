package dev.quern.formats.architecture;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.huggingface.ModelConfig;

/// The metadata of experts that every family with them has.
final class ExpertMetadata {
  private ExpertMetadata() {}

  static void write(ModelConfig config, Hyperparameters out) {
    out.optionalCount("expert_count", "num_local_experts", "num_experts", "n_routed_experts");
    out.optionalCount(
        "expert_used_count", "num_experts_per_tok", "num_experts_per_token", "top_k_experts");
    out.optionalCount("expert_group_count", "n_group");
    out.optionalCount("expert_group_used_count", "topk_group");
    config
        .optionalText(
            "score_function",
            "scoring_func",
            "score_func",
            "moe_router_activation",
            "moe_router_activation_func",
            "expert_selection_fn",
            "router_score_func")
        .ifPresent(function -> out.count("expert_gating_func", gating(config, function)));
  }

  /// Says whether the weights of the chosen experts are divided by their sum, if readers of the
  /// family's files assume otherwise.
  ///
  /// @param config completed
  /// @param usual what they assume
  static void writeNorm(ModelConfig config, Hyperparameters out, boolean usual) {
    boolean normalized = config.flag("norm_topk_prob");
    if (normalized != usual) {
      out.flag("expert_weights_norm", normalized);
    }
  }

  /// The number of a gating function in gguf-py's `ExpertGatingFuncType`.
  private static int gating(ModelConfig config, String function) {
    return switch (function) {
      case "softmax" -> 1;
      case "sigmoid" -> 2;
      case "sqrtsoftplus" -> 4;
      default ->
          throw new MalformedFileException(
              config.file(),
              "the experts' scores are \"%s\", known are softmax, sigmoid and sqrtsoftplus"
                  .formatted(function));
    };
  }
}
