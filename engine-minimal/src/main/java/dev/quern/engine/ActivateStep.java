package dev.quern.engine;

import dev.quern.engine.kernel.ActivationLoops;
import dev.quern.engine.kernel.FloatLoops;
import dev.quern.engine.kernel.SwiGlu;
import dev.quern.formats.architecture.BlockTraits.Activation;
import org.jspecify.annotations.Nullable;

/// The function between the matrices of a feed-forward part.
final class ActivateStep extends TokenTask {
  private static final float QUICK = 1.702f;
  private static final float CLAMP = 7;

  private Activation activation = Activation.SILU;
  private Batch gate = new Batch(0);
  private @Nullable Batch up;

  ActivateStep(Workers workers) {
    super(workers);
  }

  /// Replaces the rows of `gate` by their activations, times those of `up` if there are such.
  void run(Activation activation, Batch gate, @Nullable Batch up, int count) {
    this.activation = activation;
    this.gate = gate;
    this.up = up;
    overTokens(count);
  }

  @Override
  void token(int token, int worker) {
    float[] x = gate.values;
    int at = gate.at(token);
    int n = gate.length;
    Batch factor = up;
    if (factor == null) {
      activate(x, at, n);
    } else {
      gate(x, at, factor.values, factor.at(token), n);
    }
  }

  private void gate(float[] x, int at, float[] up, int from, int n) {
    if (activation == Activation.SILU) {
      SwiGlu.apply(x, at, up, from, n);
      return;
    }
    activate(x, at, n);
    if (activation == Activation.CLAMPED_QUICK) {
      FloatLoops.clamp(up, from, CLAMP, n);
      FloatLoops.add(up, from, 1, n);
    }
    FloatLoops.multiply(x, at, up, from, n);
  }

  private void activate(float[] x, int at, int n) {
    switch (activation) {
      case SILU -> ActivationLoops.sigmoid(x, at, n, 1, 0);
      case GELU -> ActivationLoops.gelu(x, at, n);
      case GELU_TANH ->
          ActivationLoops.sigmoid(
              x, at, n, ActivationLoops.TANH_LINEAR, ActivationLoops.TANH_CUBIC);
      case GELU_QUICK -> ActivationLoops.sigmoid(x, at, n, QUICK, 0);
      case CLAMPED_QUICK -> {
        FloatLoops.atMost(x, at, CLAMP, n);
        ActivationLoops.sigmoid(x, at, n, QUICK, 0);
      }
      case RELU -> ActivationLoops.relu(x, at, n);
      case RELU_SQUARED -> ActivationLoops.reluSquared(x, at, n);
    }
  }
}
