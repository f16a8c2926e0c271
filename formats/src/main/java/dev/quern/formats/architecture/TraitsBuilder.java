package dev.quern.formats.architecture;

import dev.quern.formats.ModelView;
import dev.quern.formats.architecture.BlockTraits.Activation;
import dev.quern.formats.architecture.BlockTraits.Attention;
import dev.quern.formats.architecture.BlockTraits.Direct;
import dev.quern.formats.architecture.BlockTraits.FeedForward;
import dev.quern.formats.architecture.BlockTraits.Gating;
import dev.quern.formats.architecture.BlockTraits.HeadNorm;
import dev.quern.formats.architecture.BlockTraits.Norm;
import dev.quern.formats.architecture.BlockTraits.NormKind;
import dev.quern.formats.architecture.BlockTraits.NormPlaces;
import dev.quern.formats.architecture.BlockTraits.Order;
import dev.quern.formats.architecture.BlockTraits.Residual;
import dev.quern.formats.architecture.BlockTraits.Rotary;
import dev.quern.formats.architecture.BlockTraits.RotaryStyle;
import dev.quern.formats.architecture.BlockTraits.Scores;
import dev.quern.formats.architecture.BlockTraits.Source;
import dev.quern.formats.architecture.DecoderTraits.Embedding;
import dev.quern.formats.architecture.DecoderTraits.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/// Puts the traits of a decoder together from what its metadata says under the keys that all
/// families share, and from what only the name of the family says. Without a word from the family,
/// it is a llama.
///
/// | key                                  | meaning                                             |
/// |--------------------------------------|-----------------------------------------------------|
/// | `block_count`, `context_length`      | blocks, positions                                   |
/// | `embedding_length`                   | hidden length                                       |
/// | `use_parallel_residual`              | attention and feed-forward part side by side        |
/// | `attention.head_count`(`_kv`)        | heads; without `_kv` as many                        |
/// | `attention.key_length`               | head length, hidden length / heads if absent        |
/// | `attention.value_length`             | the same for values                                 |
/// | `attention.layer_norm_`(`rms_`)`epsilon` | epsilon of the norms                            |
/// | `attention.sliding_window`           | window, 0 or absent for none                        |
/// | `attention.sliding_window_pattern`   | see [WindowReader]                                  |
/// | `attention.scale`                    | 1 / sqrt(head length) if absent                     |
/// | `attention.clamp_kqv`                | largest query, key and value                        |
/// | `attention.max_alibi_bias`           | see [Scores]                                        |
/// | `attn_logit_softcapping`, `final_logit_softcapping` | soft caps                            |
/// | `embedding_scale`, `residual_scale`, `logit_scale`  | factors                              |
/// | `rope.*`                             | see [RotaryReader]                                  |
/// | `feed_forward_length`, `expert_*`    | see [FeedForwardReader]                             |
final class TraitsBuilder {
  private static final int MANY = 1 << 20;
  private static final int LONGEST = 1 << 30;

  /// Blocks after which a model repeats itself, in most families.
  private static final int LONGEST_PERIOD = 8;

  private final String architecture;
  private final TraitsReader reader;
  private final AttentionReader attentionReader;
  private final FeedForwardReader feedForward;
  private final WindowReader windows;
  private NormKind norm = NormKind.RMS;
  private NormPlaces places = NormPlaces.BEFORE;
  private HeadNorm headNorm = HeadNorm.NONE;
  private RotaryStyle rotary = RotaryStyle.INTERLEAVED;
  private boolean turned = true;
  private IntPredicate turnedBlocks = block -> true;
  private UnaryOperator<Rotary> nearRotary = UnaryOperator.identity();
  private UnaryOperator<Rotary> farRotary = UnaryOperator.identity();
  private Order order = Order.SEQUENTIAL;
  private float embeddingScale = 1;
  private boolean divided;
  private float attentionScale;
  private float alibi;
  private boolean latent;

  TraitsBuilder(ModelView view, String architecture) {
    this.architecture = architecture;
    this.reader = new TraitsReader(view, architecture);
    this.attentionReader = new AttentionReader(reader);
    this.feedForward = new FeedForwardReader(reader);
    this.windows = new WindowReader(reader);
  }

  /// For what a family finds out for itself.
  TraitsReader reader() {
    return reader;
  }

  /// The length of the vectors between blocks.
  int hiddenLength() {
    return reader.count("embedding_length", MANY);
  }

  /// The number of blocks.
  int blockCount() {
    return reader.count("block_count", MANY);
  }

  TraitsBuilder norms(NormKind kind, NormPlaces places) {
    this.norm = kind;
    this.places = places;
    return this;
  }

  TraitsBuilder headNorm(HeadNorm headNorm) {
    this.headNorm = headNorm;
    return this;
  }

  /// The same, if the first block has a tensor for it.
  TraitsBuilder optionalHeadNorm(HeadNorm headNorm) {
    return reader.hasTensor("blk.0.attn_q_norm.weight") ? headNorm(headNorm) : this;
  }

  TraitsBuilder rotary(RotaryStyle style) {
    this.rotary = style;
    return this;
  }

  /// No block turns queries and keys.
  TraitsBuilder unturned() {
    this.turned = false;
    return this;
  }

  /// Only some blocks turn queries and keys.
  TraitsBuilder turnedBlocks(IntPredicate turned) {
    this.turnedBlocks = turned;
    return this;
  }

  /// Of each `period` blocks, all but the last have the window, unless the metadata says which.
  TraitsBuilder windowedButEvery(int period) {
    windows.butEvery(period);
    return this;
  }

  /// Blocks with a window turn otherwise.
  TraitsBuilder nearRotary(UnaryOperator<Rotary> change) {
    this.nearRotary = change;
    return this;
  }

  /// Blocks without a window turn otherwise.
  TraitsBuilder farRotary(UnaryOperator<Rotary> change) {
    this.farRotary = change;
    return this;
  }

  TraitsBuilder gated(Activation activation) {
    feedForward.activation(activation, true);
    return this;
  }

  TraitsBuilder ungated(Activation activation) {
    feedForward.activation(activation, false);
    return this;
  }

  /// `feed_forward_length` counts gate and product together.
  TraitsBuilder feedForwardCountsBoth() {
    feedForward.countsBoth();
    return this;
  }

  /// The family has experts, which are chosen so if the metadata does not say how.
  TraitsBuilder experts(Gating gating, boolean normalized) {
    feedForward.experts(gating, normalized);
    return this;
  }

  /// Attention and feed-forward part side by side.
  TraitsBuilder parallel() {
    this.order = Order.PARALLEL;
    return this;
  }

  TraitsBuilder embeddingScale(double scale) {
    this.embeddingScale = (float) scale;
    return this;
  }

  /// `logit_scale` divides.
  TraitsBuilder dividedLogits() {
    this.divided = true;
    return this;
  }

  TraitsBuilder attentionScale(double scale) {
    this.attentionScale = (float) scale;
    return this;
  }

  TraitsBuilder alibi(float alibi) {
    this.alibi = alibi;
    return this;
  }

  /// Keys and values are made from one short vector.
  TraitsBuilder latent() {
    this.latent = true;
    return this;
  }

  /// Reads the rest and checks it.
  ///
  /// @throws dev.quern.formats.MalformedFileException if a number is missing or makes no sense
  DecoderTraits build() {
    int hidden = hiddenLength();
    int count = blockCount();
    IntFunction<FeedForward> parts = feedForward.read(count);
    Attention attention =
        attentionReader.read(hidden, headNorm, scores(attentionReader.keyLength(hidden)), source());
    Norm norms = new Norm(norm, reader.positive(epsilonKey()));
    BlockTraits near =
        new BlockTraits(
            norms,
            places,
            attention,
            turned ? new RotaryReader(reader).read(rotary, attention.keyLength()) : Rotary.NONE,
            parts.apply(0),
            new Residual(order, reader.optionalPositive("residual_scale").orElse(1f)));
    return new DecoderTraits(
        architecture,
        reader.count("context_length", LONGEST),
        hidden,
        new Embedding(reader.optionalPositive("embedding_scale").orElse(embeddingScale)),
        blocks(near, parts, count),
        new Output(norms, logitScale(), reader.limitOrZero("final_logit_softcapping")));
  }

  /// Phi-3.5-MoE has layer norms and the other key.
  private String epsilonKey() {
    String rms = "attention.layer_norm_rms_epsilon";
    String layer = "attention.layer_norm_epsilon";
    return switch (norm) {
      case RMS -> rms;
      case LAYER, PLAIN_LAYER -> reader.has(rms) && !reader.has(layer) ? rms : layer;
    };
  }

  private Source source() {
    return latent ? attentionReader.latent() : new Direct();
  }

  private Scores scores(int keyLength) {
    float usual = attentionScale > 0 ? attentionScale : (float) (1 / Math.sqrt(keyLength));
    float slope =
        reader.has("attention.max_alibi_bias")
            ? reader.limitOrZero("attention.max_alibi_bias")
            : alibi;
    return new Scores(
        reader.optionalPositive("attention.scale").orElse(usual),
        reader.limitOrZero("attn_logit_softcapping"),
        slope);
  }

  private float logitScale() {
    float scale = reader.optionalPositive("logit_scale").orElse(1f);
    return divided ? 1 / scale : scale;
  }

  /// The blocks, each with the window, the turning and the feed-forward part that it has.
  private List<BlockTraits> blocks(BlockTraits first, IntFunction<FeedForward> parts, int count) {
    boolean none = first.attention().window() == Attention.UNLIMITED;
    Attention far = first.attention().withWindow(Attention.UNLIMITED);
    Rotary nearTurns = nearRotary.apply(first.rotary());
    Rotary farTurns = farRotary.apply(first.rotary());
    IntPredicate windowed = windows.read(count);
    List<BlockTraits> blocks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean near = windowed.test(i) && !none;
      Rotary turns = near ? nearTurns : farTurns;
      BlockTraits block =
          new BlockTraits(
              first.norm(),
              first.places(),
              near ? first.attention() : far,
              turnedBlocks.test(i) ? turns : Rotary.NONE,
              parts.apply(i),
              first.residual());
      blocks.add(shared(block, blocks));
    }
    return blocks;
  }

  /// One of the last of `blocks` if it equals `block`, or this. A table of those before would want
  /// the hash codes of many kinds of records, and code for each takes the JVM a millisecond to
  /// make.
  private static BlockTraits shared(BlockTraits block, List<BlockTraits> blocks) {
    return blocks.reversed().stream()
        .limit(LONGEST_PERIOD)
        .filter(block::equals)
        .findFirst()
        .orElse(block);
  }
}
