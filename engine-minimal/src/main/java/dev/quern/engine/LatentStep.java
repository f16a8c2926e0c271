package dev.quern.engine;

import dev.quern.formats.architecture.BlockTraits;
import dev.quern.formats.architecture.BlockTraits.Attention;
import dev.quern.formats.architecture.BlockTraits.Latent;
import java.util.List;

/// Normalizes the short vector of keys and values, turns what follows it and the queries, and keeps
/// the two in the cache.
final class LatentStep extends TokenTask {
  private final List<BlockTraits> traits;
  private final LatentWeights[] weights;
  private final RotaryTables rotary;
  private final Latent shape;
  private final Batch queries;
  private final Batch keys;
  private final Batch absorbed;
  private KeyValueCache cache;
  private int layer;
  private int position;

  LatentStep(
      Workers workers,
      List<BlockTraits> traits,
      LatentWeights[] weights,
      RotaryTables rotary,
      Latent shape,
      Batch queries,
      Batch keys,
      Batch absorbed) {
    super(workers);
    this.traits = traits;
    this.weights = weights;
    this.rotary = rotary;
    this.shape = shape;
    this.queries = queries;
    this.keys = keys;
    this.absorbed = absorbed;
    this.cache = new FloatCache(CacheShape.of(traits.getFirst().attention()), 0, 0);
  }

  /// Does block `layer` of `count` tokens from `position`: of the queries, the turned elements are
  /// written where the absorbed ones end.
  void run(KeyValueCache cache, int layer, int position, int count) {
    this.cache = cache;
    this.layer = layer;
    this.position = position;
    overTokens(count);
  }

  @Override
  void token(int token, int worker) {
    BlockTraits block = traits.get(layer);
    Attention attention = block.attention();
    NormWeights norm = weights[layer].norm();
    NormStep.normalize(block.norm(), norm, 0, keys, token, 0, keys, shape.rank());
    RotaryTable table = rotary.of(layer);
    int turned = shape.turnedLength();
    table.turn(keys.values, keys.at(token) + shape.rank(), 1, turned, token);
    for (int head = 0; head < attention.heads(); head++) {
      int from = queries.at(token) + head * (shape.plainLength() + turned) + shape.plainLength();
      int to = absorbed.at(token) + head * attention.keyLength() + shape.rank();
      System.arraycopy(queries.values, from, absorbed.values, to, turned);
      table.turn(absorbed.values, to, 1, turned, token);
    }
    int at = keys.at(token);
    cache.store(layer, position + token, keys.values, at, keys.values, at);
  }
}
