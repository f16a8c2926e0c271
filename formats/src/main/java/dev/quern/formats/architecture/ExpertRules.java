package dev.quern.formats.architecture;

import dev.quern.formats.Shape;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.function.IntPredicate;

/// The tensors of the experts of a block, in both layouts in which they are published: a matrix for
/// each expert, or all of them in one tensor, rows of gates before those that they gate.
///
/// | a matrix each (`P.experts.E.` before) | all in one (`mlp.experts.` before) | GGUF |
/// |---|---|---|
/// | `gate_proj` or `w1` | `gate_up_proj`, first half | `ffn_gate_exps` |
/// | `up_proj` or `w3` | `gate_up_proj`, second half | `ffn_up_exps` |
/// | `down_proj` or `w2` | `down_proj` | `ffn_down_exps` |
///
/// @param hidden length of the vectors between blocks
/// @param length rows of an expert's first matrix
/// @param count how many experts a block has
/// @param blocks those that have experts
record ExpertRules(int hidden, int length, int count, IntPredicate blocks) {
  /// Experts in every block, of the length that `keys` give.
  static ExpertRules of(ModelConfig config, Dimensions is, String... keys) {
    return of(config, is, _ -> true, keys);
  }

  /// Experts in some blocks.
  static ExpertRules of(ModelConfig config, Dimensions is, IntPredicate blocks, String... keys) {
    int count =
        Dimensions.positive(
            config, 1 << 14, "num_local_experts", "num_experts", "n_routed_experts");
    return new ExpertRules(is.hidden(), Dimensions.positive(config, 1 << 24, keys), count, blocks);
  }

  /// The router under `source`.
  TensorRule router(String source) {
    return TensorRule.matrix(source, "ffn_gate_inp", hidden, count).onlyIn(blocks);
  }

  /// A matrix for each expert, as most families name them; in the GGUF in the order of the
  /// reference converter.
  TensorRule[] named(String prefix) {
    return new TensorRule[] {
      down(prefix + "experts.{part}.down_proj"),
      gate(prefix + "experts.{part}.gate_proj"),
      up(prefix + "experts.{part}.up_proj")
    };
  }

  /// A matrix for each expert, as Mixtral numbers them.
  TensorRule[] numbered(String prefix) {
    return new TensorRule[] {
      gate(prefix + "experts.{part}.w1"),
      down(prefix + "experts.{part}.w2"),
      up(prefix + "experts.{part}.w3")
    };
  }

  /// All experts in one tensor, if those modules are there.
  TensorRule[] fused(String gateUp, String down) {
    long both = 2L * length;
    return new TensorRule[] {
      TensorRule.of(gateUp, "", Shape.of(hidden, both, count), both)
          .divided(
              new TensorRule.Part("ffn_gate_exps", new Transform.TakeRows(both, 0, length)),
              new TensorRule.Part("ffn_up_exps", new Transform.TakeRows(both, length, length)))
          .named()
          .optional(),
      TensorRule.of(down, "ffn_down_exps", Shape.of(length, hidden, count), hidden)
          .named()
          .optional()
    };
  }

  /// All experts in one tensor, as transformers 5 names them.
  TensorRule[] fused() {
    return fused("mlp.experts.gate_up_proj", "mlp.experts.down_proj");
  }

  /// An expert that every token asks.
  ///
  /// @param rows of its first matrix
  TensorRule[] shared(String prefix, long rows) {
    return new TensorRule[] {
      TensorRule.matrix(prefix + "gate_proj", "ffn_gate_shexp", hidden, rows).onlyIn(blocks),
      TensorRule.matrix(prefix + "up_proj", "ffn_up_shexp", hidden, rows).onlyIn(blocks),
      TensorRule.matrix(prefix + "down_proj", "ffn_down_shexp", rows, hidden).onlyIn(blocks)
    };
  }

  private TensorRule gate(String source) {
    return stacked(TensorRule.matrix(source, "ffn_gate_exps", hidden, length));
  }

  private TensorRule up(String source) {
    return stacked(TensorRule.matrix(source, "ffn_up_exps", hidden, length));
  }

  private TensorRule down(String source) {
    return stacked(TensorRule.matrix(source, "ffn_down_exps", length, hidden));
  }

  private TensorRule stacked(TensorRule rule) {
    return rule.stacked("experts", count).onlyIn(blocks);
  }
}
