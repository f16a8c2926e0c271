package dev.quern.engine;

import dev.quern.formats.architecture.BlockTraits;
import dev.quern.formats.architecture.BlockTraits.Attention;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An [AttentionPart] whose queries, keys and values are made from the input by a matrix each.
final class DirectAttention implements AttentionPart {
  private final BlockWeights[] weights;
  private final Product product;
  private final RememberStep remember;
  private final AttentionStep attention;
  private final Batch[] queryKeyValue;
  private final Batch heads;

  DirectAttention(
      Workers workers,
      WorkerScratch[] scratch,
      Product product,
      List<BlockTraits> traits,
      BlockWeights[] weights,
      RotaryTables rotary) {
    this.weights = weights;
    this.product = product;
    Attention shape = traits.getFirst().attention();
    this.heads = new Batch(shape.heads() * shape.valueLength());
    this.queryKeyValue =
        new Batch[] {
          new Batch(shape.heads() * shape.keyLength()),
          new Batch(shape.keyValueHeads() * shape.keyLength()),
          new Batch(shape.keyValueHeads() * shape.valueLength())
        };
    this.remember = new RememberStep(workers, traits, weights, rotary, queryKeyValue);
    this.attention = new AttentionStep(workers, scratch, traits, weights);
  }

  /// Every product is that of [Product].
  @Override
  public void observe(@Nullable InputObserver observer) {}

  @Override
  public void reserve(int count) {
    heads.reserve(count);
    for (Batch batch : queryKeyValue) {
      batch.reserve(count);
    }
  }

  @Override
  public Batch run(KeyValueCache cache, int layer, Batch input, int position, int count) {
    product.run(weights[layer].attention().queryKeyValue(), input, count, queryKeyValue, false);
    remember.run(cache, layer, position, count);
    attention.run(cache, layer, queryKeyValue[0], position, count, heads);
    return heads;
  }
}
