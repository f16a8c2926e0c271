package dev.quern.engine;

import dev.quern.engine.kernel.FloatLoops;
import dev.quern.formats.architecture.DecoderTraits.Embedding;

/// Looks up the vectors of tokens, and of their positions if the model has a table of them.
final class EmbedStep extends TokenTask {
  private final Embedding traits;
  private final ModelWeights weights;
  private final WorkerScratch[] scratch;
  private int[] tokens = {};
  private int from;
  private int position;
  private Batch out = new Batch(0);

  EmbedStep(Workers workers, WorkerScratch[] scratch, Embedding traits, ModelWeights weights) {
    super(workers);
    this.traits = traits;
    this.weights = weights;
    this.scratch = scratch;
  }

  /// Writes the vectors of `count` tokens from index `from`, the first of them at `position`.
  void run(int[] tokens, int from, int count, int position, Batch out) {
    this.tokens = tokens;
    this.from = from;
    this.position = position;
    this.out = out;
    overTokens(count);
  }

  @Override
  void token(int token, int worker) {
    WorkerScratch own = scratch[worker];
    int at = out.at(token);
    weights.embedding().decodeRow(tokens[from + token], out.values, at, own);
    if (traits.scale() != 1) {
      FloatLoops.scale(out.values, at, traits.scale(), out.length);
    }
    Matrix positions = weights.positions();
    if (positions != null) {
      positions.decodeRow(position + token, own.row, 0, own);
      FloatLoops.add(out.values, at, own.row, 0, out.length);
    }
  }
}
