package dev.quern.formats.architecture;

import dev.quern.formats.huggingface.ModelConfig;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/// Which blocks of a Qwen have experts: every `decoder_sparse_step`th but for those in
/// `mlp_only_layers`.
final class SparseBlocks {
  private SparseBlocks() {}

  static IntPredicate of(ModelConfig config) {
    long step = Math.max(1, config.optionalInteger("decoder_sparse_step").orElse(1));
    Set<Long> dense = config.integers("mlp_only_layers").stream().collect(Collectors.toSet());
    return block -> !dense.contains((long) block) && (block + 1) % step == 0;
  }

  /// The feed-forward part of the other blocks.
  static TensorRule[] dense(ModelConfig config, Dimensions is) {
    TensorRule[] rules = LlamaRules.gated(is);
    for (int i = 0; i < rules.length; i++) {
      rules[i] = rules[i].onlyIn(of(config).negate());
    }
    return rules;
  }
}
