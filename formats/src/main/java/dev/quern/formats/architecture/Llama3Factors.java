package dev.quern.formats.architecture;

import dev.quern.formats.huggingface.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The factors by which LLaMA 3.1 and later slow their rotary frequencies, one for each pair of a
/// head's rows.
///
/// Source: `LlamaModel.generate_extra_tensors` of llama.cpp 0.7 as PyTorch computes it: in single
/// precision, a number divided by a tensor being that number times the tensor's reciprocal.
/// PyTorch's own power function is a unit in the last place off the rounded one for about one
/// exponent in a hundred; of the settings that published models use (base 500000, heads of 64 and
/// 128) it is not.
final class Llama3Factors {
  private final float factor;
  private final float low;
  private final float high;
  private final float context;
  private final double lowWavelength;
  private final double highWavelength;

  private Llama3Factors(RopeParameters rope) {
    double contextLength = rope.number("original_max_position_embeddings").orElse(8192.0);
    double lowFactor = rope.number("low_freq_factor").orElse(1.0);
    double highFactor = rope.number("high_freq_factor").orElse(4.0);
    factor = rope.number("factor").orElse(8.0).floatValue();
    low = (float) lowFactor;
    high = (float) (highFactor - lowFactor);
    context = (float) contextLength;
    lowWavelength = contextLength / lowFactor;
    highWavelength = contextLength / highFactor;
  }

  /// The factors of a model, if its rotary frequencies are scaled so.
  static Optional<List<Float>> of(ModelConfig config) {
    return RopeParameters.of(config)
        .filter(rope -> rope.type().equals("llama3"))
        .map(rope -> of(rope, Dimensions.of(config).headLength()));
  }

  static List<Float> of(RopeParameters rope, int headLength) {
    Llama3Factors factors = new Llama3Factors(rope);
    float base = rope.number("rope_theta").orElse(10000.0).floatValue();
    List<Float> values = new ArrayList<>();
    for (int i = 0; i < headLength; i += 2) {
      float power = (float) Math.pow(base, (float) i / headLength);
      values.add(factors.of(1 / power));
    }
    return values;
  }

  private float of(float frequency) {
    float wavelength = 1 / frequency * (float) (2 * Math.PI);
    if (wavelength < (float) highWavelength) {
      return 1;
    }
    if (wavelength > (float) lowWavelength) {
      return factor;
    }
    float smooth = (1 / wavelength * context - low) / high;
    return 1 / ((1 - smooth) / factor + smooth);
  }
}
