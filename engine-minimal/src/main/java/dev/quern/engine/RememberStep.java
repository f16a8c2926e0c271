package dev.quern.engine;

import dev.quern.engine.kernel.FloatLoops;
import dev.quern.formats.architecture.BlockTraits;
import dev.quern.formats.architecture.BlockTraits.Attention;
import dev.quern.formats.architecture.BlockTraits.Norm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cuts, normalizes and turns queries and keys, and puts keys and values in the cache.
final class RememberStep extends TokenTask {
  private final List<BlockTraits> traits;
  private final BlockWeights[] weights;
  private final RotaryTables rotary;
  private final Batch queries;
  private final Batch keys;
  private final Batch values;
  private KeyValueCache cache;
  private int layer;
  private int position;

  RememberStep(
      Workers workers,
      List<BlockTraits> traits,
      BlockWeights[] weights,
      RotaryTables rotary,
      Batch[] queryKeyValue) {
    super(workers);
    this.traits = traits;
    this.weights = weights;
    this.rotary = rotary;
    this.queries = queryKeyValue[0];
    this.keys = queryKeyValue[1];
    this.values = queryKeyValue[2];
    this.cache = new FloatCache(CacheShape.of(traits.getFirst().attention()), 0, 0);
  }

  /// Does block `layer` of `count` tokens from `position`.
  void run(KeyValueCache cache, int layer, int position, int count) {
    this.cache = cache;
    this.layer = layer;
    this.position = position;
    overTokens(count);
  }

  @Override
  void token(int token, int worker) {
    BlockTraits block = traits.get(layer);
    Attention shape = block.attention();
    if (shape.clamp() > 0) {
      clamp(queries, token, shape.clamp());
      clamp(keys, token, shape.clamp());
      clamp(values, token, shape.clamp());
    }
    AttentionWeights own = weights[layer].attention();
    normalize(block.norm(), shape, own.queryNorm(), queries, token);
    normalize(block.norm(), shape, own.keyNorm(), keys, token);
    RotaryTable table = rotary.of(layer);
    table.turn(queries.values, queries.at(token), shape.heads(), shape.keyLength(), token);
    table.turn(keys.values, keys.at(token), shape.keyValueHeads(), shape.keyLength(), token);
    cache.store(
        layer, position + token, keys.values, keys.at(token), values.values, values.at(token));
  }

  private static void clamp(Batch batch, int token, float limit) {
    FloatLoops.clamp(batch.values, batch.at(token), limit, batch.length);
  }

  private static void normalize(
      Norm norm, Attention shape, @Nullable NormWeights weights, Batch batch, int token) {
    if (weights == null) {
      return;
    }
    int length = shape.keyLength();
    switch (shape.headNorm()) {
      case NONE -> {}
      case WHOLE -> NormStep.normalize(norm, weights, 0, batch, token, 0, batch, batch.length);
      case SHARED -> {
        for (int from = 0; from < batch.length; from += length) {
          NormStep.normalize(norm, weights, 0, batch, token, from, batch, length);
        }
      }
      case OWN -> {
        for (int from = 0; from < batch.length; from += length) {
          NormStep.normalize(norm, weights, from, batch, token, from, batch, length);
        }
      }
    }
  }
}
