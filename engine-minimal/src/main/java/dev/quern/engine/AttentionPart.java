package dev.quern.engine;

import dev.quern.formats.architecture.BlockTraits;
import dev.quern.formats.architecture.BlockTraits.Attention;
import java.util.List;

/// The part of each block that looks at other positions, up to its last matrix.
final class AttentionPart {
  private final BlockWeights[] weights;
  private final Product product;
  private final RememberStep remember;
  private final AttentionStep attention;
  private final Batch[] queryKeyValue;
  private final Batch heads;

  AttentionPart(
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

  void reserve(int count) {
    heads.reserve(count);
    for (Batch batch : queryKeyValue) {
      batch.reserve(count);
    }
  }

  /// What the heads of block `layer` see, for `count` tokens from `position`: the input of its last
  /// matrix, borrowed until the next call. Keys and values are kept in `cache`.
  Batch run(KeyValueCache cache, int layer, Batch input, int position, int count) {
    product.run(weights[layer].attention().queryKeyValue(), input, count, queryKeyValue, false);
    remember.run(cache, layer, position, count);
    attention.run(cache, layer, queryKeyValue[0], position, count, heads);
    return heads;
  }
}
