package dev.quern.engine;

import dev.quern.engine.kernel.ActivationLoops;
import dev.quern.engine.kernel.FloatLoops;
import dev.quern.formats.architecture.DecoderTraits.Output;

/// Turns vectors into logits.
final class OutputStep extends TokenTask {
  private static final float[] NONE = {};

  private final Output traits;
  private final Matrix[] weights;
  private final Product product;
  private final Batch[] logits;

  OutputStep(Workers workers, Product product, Output traits, Matrix[] weights) {
    super(workers);
    this.traits = traits;
    this.weights = weights;
    this.product = product;
    this.logits = new Batch[] {Batch.dense(weights[0].rows)};
  }

  /// Writes the logits of the last `wanted` of `count` normalized vectors to `out` from index `to`.
  void run(Batch normed, int count, int wanted, float[] out, int to) {
    logits[0].values = out;
    logits[0].start = to;
    normed.start = (count - wanted) * normed.stride;
    product.run(weights, normed, wanted, logits, false);
    normed.start = 0;
    if (traits.scale() != 1 || traits.softCap() > 0) {
      overTokens(wanted);
    }
    logits[0].values = NONE;
  }

  @Override
  void token(int token, int worker) {
    Batch own = logits[0];
    if (traits.scale() != 1) {
      FloatLoops.scale(own.values, own.at(token), traits.scale(), own.length);
    }
    if (traits.softCap() > 0) {
      ActivationLoops.softCap(own.values, own.at(token), own.length, traits.softCap());
    }
  }
}
