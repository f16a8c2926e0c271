package dev.quern.engine;

import dev.quern.formats.architecture.BlockTraits;
import dev.quern.formats.architecture.BlockTraits.Direct;
import dev.quern.formats.architecture.BlockTraits.Latent;
import dev.quern.formats.architecture.BlockTraits.Norm;
import dev.quern.formats.architecture.BlockTraits.Order;
import dev.quern.formats.architecture.BlockTraits.Residual;
import dev.quern.formats.architecture.DecoderTraits;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The graph: a batch of tokens through all blocks. It owns the activations, which are kept from
/// call to call; one call at a time.
final class Decoder {
  private final DecoderTraits traits;
  private final ModelWeights weights;
  private final Product product;
  private final RotaryTables rotary;
  private final EmbedStep embed;
  private final NormStep normalize;
  private final AttentionPart attention;
  private final FeedForwards feedForwards;
  private final AddStep add;
  private final OutputStep output;

  private final Batch hidden;
  private final Batch normed;
  private final Batch beside;
  private final Batch part;
  private final Batch[] intoHidden;
  private final Batch[] intoPart;

  private int count;

  Decoder(DecoderTraits traits, ModelWeights weights, Workers workers, WorkerScratch[] scratch) {
    this.traits = traits;
    this.weights = weights;
    this.product = new Product(workers, scratch);
    this.rotary = new RotaryTables(traits.blocks(), weights.rotaryFactors());
    this.embed = new EmbedStep(workers, scratch, traits.embedding(), weights);
    this.normalize = new NormStep(workers);
    this.attention = attention(traits.blocks(), workers, scratch);
    this.add = new AddStep(workers);
    this.output = new OutputStep(workers, product, traits.output(), weights.output());
    this.hidden = new Batch(traits.hiddenLength());
    this.normed = new Batch(traits.hiddenLength());
    this.beside = new Batch(traits.hiddenLength());
    this.part = new Batch(traits.hiddenLength());
    this.feedForwards = new FeedForwards(workers, product, traits.blocks(), part);
    this.intoHidden = new Batch[] {hidden};
    this.intoPart = new Batch[] {part};
  }

  private AttentionPart attention(
      List<BlockTraits> blocks, Workers workers, WorkerScratch[] scratch) {
    return switch (blocks.getFirst().attention().source()) {
      case Direct _ ->
          new DirectAttention(workers, scratch, product, blocks, weights.blocks(), rotary);
      case Latent latent ->
          new LatentAttention(workers, scratch, product, blocks, weights.blocks(), rotary, latent);
    };
  }

  /// See [LanguageModel#observe].
  void observe(@Nullable InputObserver observer) {
    product.observe(observer);
    attention.observe(observer);
  }

  /// Runs `count` tokens at `position`, keeps their keys and values in `cache`, and writes the
  /// logits of the last `wanted` to `out` from index `to`.
  void run(
      KeyValueCache cache,
      int position,
      int[] tokens,
      int from,
      int count,
      int wanted,
      float[] out,
      int to) {
    this.count = count;
    reserve();
    cache.reserve(position + count);
    rotary.prepare(position, count, cache.capacity());
    embed.run(tokens, from, count, position, hidden);
    Norm norm = traits.output().norm();
    NormWeights embeddingNorm = weights.embeddingNorm();
    if (embeddingNorm != null) {
      normalize.run(norm, embeddingNorm, hidden, hidden, count);
    }
    for (int layer = 0; layer < weights.blocks().length; layer++) {
      block(layer, cache, position);
    }
    if (wanted > 0) {
      normalize.run(norm, weights.outputNorm(), hidden, normed, count);
      output.run(normed, count, wanted, out, to);
    }
  }

  private void reserve() {
    hidden.reserve(count);
    normed.reserve(count);
    beside.reserve(count);
    part.reserve(count);
    attention.reserve(count);
    feedForwards.reserve(count);
  }

  private void block(int layer, KeyValueCache cache, int position) {
    BlockTraits block = traits.blocks().get(layer);
    AttentionWeights first = weights.blocks()[layer].attention();
    FeedForwardWeights second = weights.blocks()[layer].feedForward();
    Batch input = normalized(block.norm(), first.norm(), hidden, normed);
    Batch secondInput = normalized(block.norm(), second.norm(), input, beside, block.residual());
    Batch heads = attention.run(cache, layer, input, position, count);
    add(first.output(), heads, first.postNorm(), block);
    if (block.residual().order() == Order.SEQUENTIAL) {
      secondInput = normalized(block.norm(), second.norm(), hidden, normed);
    }
    ExpertWeights experts = second.experts();
    if (experts == null) {
      Batch activated = feedForwards.dense(layer).run(second, secondInput, count);
      add(second.down(), activated, second.postNorm(), block);
    } else {
      feedForwards.experts(layer).run(second, experts, secondInput, count);
      addPart(second.postNorm(), block);
    }
  }

  /// The input of the feed-forward part of a parallel block, which must be found before attention
  /// is added: that of attention if it has no normalization of its own.
  private Batch normalized(
      Norm norm, @Nullable NormWeights own, Batch shared, Batch into, Residual residual) {
    return residual.order() == Order.PARALLEL && own != null
        ? normalized(norm, own, hidden, into)
        : shared;
  }

  private Batch normalized(Norm norm, @Nullable NormWeights own, Batch from, Batch into) {
    if (own == null) {
      return from;
    }
    normalize.run(norm, own, from, into, count);
    return into;
  }

  /// Adds what a part computed to the vectors between blocks.
  private void add(Matrix[] last, Batch input, @Nullable NormWeights postNorm, BlockTraits block) {
    float scale = block.residual().scale();
    if (postNorm == null && scale == 1) {
      product.run(last, input, count, intoHidden, true);
      return;
    }
    product.run(last, input, count, intoPart, false);
    addPart(postNorm, block);
  }

  private void addPart(@Nullable NormWeights postNorm, BlockTraits block) {
    if (postNorm != null) {
      normalize.run(block.norm(), postNorm, part, part, count);
    }
    add.run(part, block.residual().scale(), hidden, count);
  }
}
