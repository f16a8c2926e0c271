package dev.quern.converter;

import dev.quern.formats.architecture.Transform;

/// Reads weights and gives each to a function, in the precision in which PyTorch computes it.
///
/// @param source the weights
/// @param function what is computed of each
/// @param half true if the weights are halves, and what is computed is rounded to one
record FunctionReader(WeightReader source, Transform.Function function, boolean half)
    implements WeightReader {
  @Override
  public void read(long first, int count, float[] out) {
    source.read(first, count, out);
    for (int i = 0; i < count; i++) {
      float value = of(out[i]);
      out[i] = half ? Float.float16ToFloat(Float.floatToFloat16(value)) : value;
    }
  }

  private float of(float weight) {
    return switch (function) {
      case PLUS_ONE -> weight + 1;
      case MINUS_EXPONENTIAL -> -TorchExponential.of(weight);
    };
  }
}
