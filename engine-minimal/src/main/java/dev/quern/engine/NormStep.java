package dev.quern.engine;

import dev.quern.engine.kernel.FloatLoops;
import dev.quern.formats.architecture.BlockTraits.Norm;
import dev.quern.formats.architecture.BlockTraits.NormKind;

/// Normalizes the vectors of a batch.
final class NormStep extends TokenTask {
  private Norm norm = new Norm(NormKind.RMS, 0);
  private NormWeights weights = new NormWeights(new float[0], null);
  private Batch in = new Batch(0);
  private Batch out = in;

  NormStep(Workers workers) {
    super(workers);
  }

  /// Writes the normalized rows of `in` to those of `out`, which may be the same batch.
  void run(Norm norm, NormWeights weights, Batch in, Batch out, int count) {
    this.norm = norm;
    this.weights = weights;
    this.in = in;
    this.out = out;
    overTokens(count);
  }

  @Override
  void token(int token, int worker) {
    normalize(norm, weights, 0, in, token, 0, out, in.length);
  }

  /// Normalizes `n` elements of row `token` from index `from`, with the weights from index `first`.
  static void normalize(
      Norm norm, NormWeights weights, int first, Batch in, int token, int from, Batch out, int n) {
    int at = in.at(token) + from;
    int to = out.at(token) + from;
    float[] weight = weights.weight();
    switch (norm.kind()) {
      case RMS ->
          FloatLoops.rmsNorm(in.values, at, weight, first, norm.epsilon(), out.values, to, n);
      case LAYER, PLAIN_LAYER ->
          FloatLoops.layerNorm(in.values, at, weight, first, norm.epsilon(), out.values, to, n);
    }
    float[] bias = weights.bias();
    if (bias != null) {
      FloatLoops.add(out.values, to, bias, first, n);
    }
  }
}
