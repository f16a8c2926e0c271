package dev.quern.engine;

import dev.quern.formats.architecture.BlockTraits.Dense;

/// The part of each block that sees each position for itself, up to its last matrix.
final class FeedForwardPart {
  private final Dense traits;
  private final Product product;
  private final ActivateStep activate;
  private final Batch[] gateUp;

  FeedForwardPart(Workers workers, Product product, Dense traits) {
    this.traits = traits;
    this.product = product;
    this.activate = new ActivateStep(workers);
    Batch first = new Batch(traits.length());
    this.gateUp =
        traits.gated() ? new Batch[] {first, new Batch(traits.length())} : new Batch[] {first};
  }

  void reserve(int count) {
    for (Batch batch : gateUp) {
      batch.reserve(count);
    }
  }

  /// What the last matrix is multiplied with, borrowed until the next call.
  Batch run(FeedForwardWeights weights, Batch input, int count) {
    product.run(weights.gateUp(), input, count, gateUp, false);
    activate.run(traits.activation(), gateUp[0], traits.gated() ? gateUp[1] : null, count);
    return gateUp[0];
  }
}
