package dev.quern.formats.architecture;

import dev.quern.formats.architecture.BlockTraits.Activation;
import dev.quern.formats.architecture.BlockTraits.Dense;
import dev.quern.formats.architecture.BlockTraits.Experts;
import dev.quern.formats.architecture.BlockTraits.FeedForward;
import dev.quern.formats.architecture.BlockTraits.Gating;
import dev.quern.formats.architecture.BlockTraits.Router;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Reads what the feed-forward parts of a model are.
///
/// | key                          | meaning                                                      |
/// |------------------------------|--------------------------------------------------------------|
/// | `feed_forward_length`        | columns of `ffn_down`                                        |
/// | `hidden_activation`          | the function between, where it is not the family's           |
/// | `expert_count`, `expert_used_count` | experts that there are, and that a position uses      |
/// | `expert_feed_forward_length` | columns of an expert's `ffn_down`; `feed_forward_length` if absent |
/// | `expert_shared_count`        | so many experts that every position uses, as one matrix      |
/// | `expert_shared_feed_forward_length` | columns of its `ffn_down`, if it is not their sum     |
/// | `leading_dense_block_count`  | blocks without experts at the beginning                      |
/// | `expert_gating_func`         | 1 softmax, 2 sigmoid, 3 softmax of the chosen                |
/// | `expert_weights_norm`, `expert_weights_scale` | see [Router]                                |
/// | `expert_group_count`, `expert_group_used_count` | see [Router]                              |
final class FeedForwardReader {
  private static final int MANY = 1 << 16;
  private static final int LONGEST = 1 << 24;

  private final TraitsReader reader;
  private Activation activation = Activation.SILU;
  private boolean gated = true;
  private int share = 1;
  private boolean experts;
  private Gating gating = Gating.SOFTMAX;
  private boolean normalized;

  FeedForwardReader(TraitsReader reader) {
    this.reader = reader;
  }

  void activation(Activation activation, boolean gated) {
    this.activation = activation;
    this.gated = gated;
  }

  /// `feed_forward_length` counts gate and product together.
  void countsBoth() {
    this.share = 2;
  }

  /// The family has experts, which are chosen so if the metadata does not say how.
  void experts(Gating gating, boolean normalized) {
    this.experts = true;
    this.gating = gating;
    this.normalized = normalized;
  }

  /// The part of each of `blocks`.
  IntFunction<FeedForward> read(int blocks) {
    IntPredicate dense = denseBlocks(blocks);
    boolean someDense = IntStream.range(0, blocks).anyMatch(dense);
    FeedForward matrices = someDense ? dense() : mixture();
    boolean someSparse = !IntStream.range(0, blocks).allMatch(dense);
    FeedForward experts = someDense && someSparse ? mixture() : matrices;
    return block -> dense.test(block) ? matrices : experts;
  }

  /// Which of `blocks` have no experts: those before the first with them, and those that lack a
  /// router though they have a matrix of their own.
  private IntPredicate denseBlocks(int blocks) {
    int count = reader.countOrZero("expert_count", MANY);
    if (count > 0 && !experts) {
      throw reader.malformed("expert_count", "is " + count + ", but this family has no experts");
    }
    int first = count == 0 ? blocks : reader.countOrZero("leading_dense_block_count", blocks);
    return block -> block < first || isDense("blk." + block + ".");
  }

  private boolean isDense(String block) {
    return !reader.hasTensor(block + "ffn_gate_inp.weight")
        && reader.hasTensor(block + "ffn_up.weight");
  }

  private Dense dense() {
    int length = reader.count("feed_forward_length", LONGEST) / share;
    if (length < 1) {
      throw reader.malformed("feed_forward_length", "is too small for two matrices");
    }
    return new Dense(activation(), gated, length);
  }

  private FeedForward mixture() {
    int count = reader.count("expert_count", MANY);
    int length =
        reader.has("expert_feed_forward_length")
            ? reader.count("expert_feed_forward_length", LONGEST)
            : reader.count("feed_forward_length", LONGEST);
    int all = reader.countOrZero("expert_shared_count", MANY);
    int shared =
        reader.has("expert_shared_feed_forward_length")
            ? reader.countOrZero("expert_shared_feed_forward_length", LONGEST)
            : (int) Math.min((long) all * length, LONGEST);
    return new Experts(
        router(count),
        new Dense(activation(), gated, length),
        new Dense(activation(), gated, shared));
  }

  private Router router(int count) {
    int used = reader.count("expert_used_count", count);
    int groups = Math.max(1, reader.countOrZero("expert_group_count", count));
    int usedGroups = groups == 1 ? 1 : reader.count("expert_group_used_count", groups, groups);
    if (count % groups != 0 || used > count / groups * usedGroups) {
      throw reader.malformed(
          "expert_group_count",
          "is " + groups + ", of which " + usedGroups + " cannot give " + used + " of " + count);
    }
    Gating gating = gating();
    if (gating == Gating.SPARSE_MIXER && used != 2) {
      throw reader.malformed("expert_used_count", "is " + used + ", wanted 2");
    }
    return new Router(
        gating,
        count,
        used,
        groups,
        usedGroups,
        reader.flag("expert_weights_norm", normalized),
        reader.optionalPositive("expert_weights_scale").orElse(1f));
  }

  private Gating gating() {
    return switch (reader.countOrZero("expert_gating_func", MANY)) {
      case 0 -> gating;
      case 1 -> Gating.SOFTMAX;
      case 2 -> Gating.SIGMOID;
      case 3 -> Gating.SOFTMAX_OF_CHOSEN;
      default -> throw reader.malformed("expert_gating_func", "is not 1, 2 or 3");
    };
  }

  private Activation activation() {
    return reader.optionalText("hidden_activation").map(this::named).orElse(activation);
  }

  private Activation named(String name) {
    return switch (name) {
      case "silu", "swish" -> Activation.SILU;
      case "gelu" -> Activation.GELU;
      case "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_accurate" -> Activation.GELU_TANH;
      case "quick_gelu" -> Activation.GELU_QUICK;
      case "relu" -> Activation.RELU;
      case "relu2", "relu_squared" -> Activation.RELU_SQUARED;
      default ->
          throw reader.malformed("hidden_activation", "is \"" + name + "\", which cannot be run");
    };
  }
}
