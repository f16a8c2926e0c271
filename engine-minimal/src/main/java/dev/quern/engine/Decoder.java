package dev.quern.engine;

import dev.quern.engine.kernel.FloatLoops;
import dev.quern.engine.kernel.SwiGlu;
import dev.quern.formats.architecture.BlockTraits;
import dev.quern.formats.architecture.BlockTraits.Attention;
import dev.quern.formats.architecture.DecoderTraits;
import org.jspecify.annotations.Nullable;

/// The graph: a batch of tokens through all blocks. It owns the activations, which are kept from
/// call to call; one call at a time.
final class Decoder {
  private static final int TOKENS_AT_ONCE = 16;
  private static final float[] NONE = {};

  private final DecoderTraits traits;
  private final ModelWeights weights;
  private final Workers workers;
  private final WorkerScratch[] scratch;
  private final Product product;
  private final AttentionStep attention;
  private final RotaryTable rotary;

  private final Batch hidden;
  private final Batch normed;
  private final Batch heads;
  private final Batch[] queryKeyValue;
  private final Batch[] gateUp;
  private final Batch[] intoHidden;
  private final Batch[] logits;

  private final Workers.Task embed = this::embed;
  private final Workers.Task attentionNorm = this::attentionNorm;
  private final Workers.Task feedForwardNorm = this::feedForwardNorm;
  private final Workers.Task outputNorm = this::outputNorm;
  private final Workers.Task remember = this::remember;
  private final Workers.Task activate = this::activate;

  private int[] tokens = {};
  private int from;
  private int count;
  private int position;
  private int layer;
  private KeyValueCache cache;

  Decoder(DecoderTraits traits, ModelWeights weights, Workers workers, WorkerScratch[] scratch) {
    this.traits = traits;
    this.weights = weights;
    this.workers = workers;
    this.scratch = scratch;
    BlockTraits block = traits.block();
    this.product = new Product(workers, scratch);
    this.attention = new AttentionStep(workers, scratch, block.attention());
    this.rotary = new RotaryTable(block.rotary(), weights.rotaryFactors());
    this.hidden = new Batch(traits.hiddenLength());
    this.normed = new Batch(traits.hiddenLength());
    Attention shape = block.attention();
    this.heads = new Batch(shape.heads() * shape.valueLength());
    this.queryKeyValue =
        new Batch[] {
          new Batch(shape.heads() * shape.keyLength()),
          new Batch(shape.keyValueHeads() * shape.keyLength()),
          new Batch(shape.keyValueHeads() * shape.valueLength())
        };
    int feedForward = block.feedForward().length();
    this.gateUp = new Batch[] {new Batch(feedForward), new Batch(feedForward)};
    this.intoHidden = new Batch[] {hidden};
    this.logits = new Batch[] {Batch.dense(weights.output()[0].rows)};
    this.cache = new FloatCache(CacheShape.of(shape), 0, 0);
  }

  /// See [LanguageModel#observe].
  void observe(@Nullable InputObserver observer) {
    product.observe(observer);
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
    this.cache = cache;
    this.position = position;
    this.tokens = tokens;
    this.from = from;
    this.count = count;
    reserve();
    cache.reserve(position + count);
    rotary.prepare(position, count);
    overTokens(embed);
    for (layer = 0; layer < weights.blocks().length; layer++) {
      block(weights.blocks()[layer]);
    }
    if (wanted > 0) {
      overTokens(outputNorm);
      logits[0].values = out;
      logits[0].start = to;
      normed.start = (count - wanted) * normed.stride;
      product.run(weights.output(), normed, wanted, logits, false);
      normed.start = 0;
      logits[0].values = NONE;
    }
  }

  private void block(BlockWeights block) {
    overTokens(attentionNorm);
    product.run(block.queryKeyValue(), normed, count, queryKeyValue, false);
    overTokens(remember);
    attention.run(cache, layer, queryKeyValue[0], position, count, heads);
    product.run(block.attentionOutput(), heads, count, intoHidden, true);
    overTokens(feedForwardNorm);
    product.run(block.gateUp(), normed, count, gateUp, false);
    overTokens(activate);
    product.run(block.down(), gateUp[0], count, intoHidden, true);
  }

  private void reserve() {
    hidden.reserve(count);
    normed.reserve(count);
    heads.reserve(count);
    for (Batch batch : queryKeyValue) {
      batch.reserve(count);
    }
    for (Batch batch : gateUp) {
      batch.reserve(count);
    }
  }

  /// Runs a task whose parts are groups of tokens.
  private void overTokens(Workers.Task task) {
    workers.run(task, (count + TOKENS_AT_ONCE - 1) / TOKENS_AT_ONCE);
  }

  private int end(int part) {
    return Math.min(count, (part + 1) * TOKENS_AT_ONCE);
  }

  private void embed(int part, int worker) {
    for (int t = part * TOKENS_AT_ONCE; t < end(part); t++) {
      weights.embedding().decodeRow(tokens[from + t], hidden.values, hidden.at(t), scratch[worker]);
    }
  }

  private void attentionNorm(int part, int worker) {
    norm(part, weights.blocks()[layer].attentionNorm());
  }

  private void feedForwardNorm(int part, int worker) {
    norm(part, weights.blocks()[layer].feedForwardNorm());
  }

  private void outputNorm(int part, int worker) {
    norm(part, weights.outputNorm());
  }

  private void norm(int part, float[] weight) {
    float epsilon = traits.block().norm().epsilon();
    for (int t = part * TOKENS_AT_ONCE; t < end(part); t++) {
      switch (traits.block().norm().kind()) {
        case RMS ->
            FloatLoops.rmsNorm(
                hidden.values,
                hidden.at(t),
                weight,
                epsilon,
                normed.values,
                normed.at(t),
                hidden.length);
      }
    }
  }

  /// Turns queries and keys to their positions, and puts keys and values in the cache.
  private void remember(int part, int worker) {
    Attention shape = traits.block().attention();
    Batch queries = queryKeyValue[0];
    Batch keys = queryKeyValue[1];
    Batch values = queryKeyValue[2];
    int length = shape.keyLength();
    for (int t = part * TOKENS_AT_ONCE; t < end(part); t++) {
      rotary.turn(queries.values, queries.at(t), shape.heads(), length, t);
      rotary.turn(keys.values, keys.at(t), shape.keyValueHeads(), length, t);
      cache.store(layer, position + t, keys.values, keys.at(t), values.values, values.at(t));
    }
  }

  private void activate(int part, int worker) {
    Batch gate = gateUp[0];
    Batch up = gateUp[1];
    for (int t = part * TOKENS_AT_ONCE; t < end(part); t++) {
      switch (traits.block().feedForward().activation()) {
        case SILU -> SwiGlu.apply(gate.values, gate.at(t), up.values, up.at(t), gate.length);
      }
    }
  }
}
