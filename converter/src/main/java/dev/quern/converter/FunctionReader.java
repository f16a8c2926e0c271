package dev.quern.converter;

import dev.quern.formats.architecture.Transform;

/// Reads weights and gives each to a function, in single precision, as the model's class in PyTorch
/// does.
///
/// @param source the weights
/// @param function what is computed of each
record FunctionReader(WeightReader source, Transform.Function function) implements WeightReader {
  @Override
  public void read(long first, int count, float[] out) {
    source.read(first, count, out);
    for (int i = 0; i < count; i++) {
      out[i] = of(out[i]);
    }
  }

  private float of(float weight) {
    return switch (function) {
      case PLUS_ONE -> weight + 1;
      case MINUS_EXPONENTIAL -> -TorchExponential.of(weight);
    };
  }
}
