package dev.quern.engine;

import dev.quern.engine.kernel.FloatLoops;

/// Adds what a part of a block computed to the vectors between blocks.
final class AddStep extends TokenTask {
  private Batch part = new Batch(0);
  private Batch sum = part;
  private float scale;

  AddStep(Workers workers) {
    super(workers);
  }

  /// Adds the rows of `part`, times `scale`, to those of `sum`.
  void run(Batch part, float scale, Batch sum, int count) {
    this.part = part;
    this.scale = scale;
    this.sum = sum;
    overTokens(count);
  }

  @Override
  void token(int token, int worker) {
    FloatLoops.add(sum.values, sum.at(token), scale, part.values, part.at(token), sum.length);
  }
}
