package dev.quern.engine;

import dev.quern.formats.architecture.BlockTraits;
import dev.quern.formats.architecture.BlockTraits.Attention;
import dev.quern.formats.architecture.BlockTraits.Latent;
import dev.quern.formats.architecture.BlockTraits.Norm;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An [AttentionPart] whose keys and values are one short vector, which all heads share.
final class LatentAttention implements AttentionPart {
  private final Latent shape;
  private final Attention attention;
  private final Norm norm;
  private final LatentWeights[] weights;
  private final Product product;
  private final NormStep normalize;
  private final HeadProduct headProduct;
  private final LatentStep remember;
  private final AttentionStep step;
  private final Batch queries;
  private final Batch absorbed;
  private final Batch seen;
  private final Batch heads;
  private final Batch[] down;
  private final Batch[] intoQueries;

  LatentAttention(
      Workers workers,
      WorkerScratch[] scratch,
      Product product,
      List<BlockTraits> traits,
      BlockWeights[] weights,
      RotaryTables rotary,
      Latent shape) {
    BlockTraits block = traits.getFirst();
    this.shape = shape;
    this.attention = block.attention();
    this.norm = block.norm();
    this.product = product;
    this.weights = new LatentWeights[weights.length];
    for (int i = 0; i < weights.length; i++) {
      this.weights[i] = Objects.requireNonNull(weights[i].attention().latent());
    }
    int count = attention.heads();
    this.queries = new Batch(count * (shape.plainLength() + shape.turnedLength()));
    this.absorbed = new Batch(count * attention.keyLength());
    this.seen = new Batch(count * shape.rank());
    this.heads = new Batch(count * shape.valueLength());
    Batch keys = new Batch(attention.keyLength());
    this.intoQueries = new Batch[] {queries};
    this.down = new Batch[] {shape.queryRank() == 0 ? queries : new Batch(shape.queryRank()), keys};
    this.normalize = new NormStep(workers);
    this.headProduct = new HeadProduct(workers, scratch);
    this.remember =
        new LatentStep(workers, traits, this.weights, rotary, shape, queries, keys, absorbed);
    this.step = new AttentionStep(workers, scratch, traits, weights);
  }

  @Override
  public void observe(@Nullable InputObserver observer) {
    headProduct.observe(observer);
  }

  @Override
  public void reserve(int count) {
    queries.reserve(count);
    absorbed.reserve(count);
    seen.reserve(count);
    heads.reserve(count);
    for (Batch batch : down) {
      batch.reserve(count);
    }
  }

  @Override
  public Batch run(KeyValueCache cache, int layer, Batch input, int position, int count) {
    LatentWeights own = weights[layer];
    product.run(own.down(), input, count, down, false);
    NormWeights queryNorm = own.queryNorm();
    if (queryNorm != null) {
      normalize.run(norm, queryNorm, down[0], down[0], count);
      product.run(own.query(), down[0], count, intoQueries, false);
    }
    int queryLength = shape.plainLength() + shape.turnedLength();
    headProduct.run(own.intoKeys(), queries, queryLength, absorbed, attention.keyLength(), count);
    remember.run(cache, layer, position, count);
    step.run(cache, layer, absorbed, position, count, seen);
    headProduct.run(own.fromValues(), seen, shape.rank(), heads, shape.valueLength(), count);
    return heads;
  }
}
