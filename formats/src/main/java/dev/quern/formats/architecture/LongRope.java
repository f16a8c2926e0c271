package dev.quern.formats.architecture;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.Optional;

/// Factors by which rotary frequencies are divided, one for each pair of a head's elements: a list
/// for contexts as long as those of the training, and one for longer ones.
///
/// @param config the model's configuration, completed
/// @param type how attention is scaled with it
/// @param longFactors for long contexts
/// @param shortFactors for short ones
record LongRope(
    ModelConfig config, String type, List<Float> longFactors, List<Float> shortFactors) {
  LongRope {
    longFactors = List.copyOf(longFactors);
    shortFactors = List.copyOf(shortFactors);
  }

  /// The factors of a model, if it has some.
  static Optional<LongRope> of(ModelConfig config) {
    return RopeParameters.of(config)
        .filter(rope -> !rope.numbers("long_factor").isEmpty())
        .map(
            rope ->
                new LongRope(
                    config,
                    rope.type(),
                    floats(rope.numbers("long_factor")),
                    floats(rope.numbers("short_factor"))));
  }

  private static List<Float> floats(List<Double> numbers) {
    return numbers.stream().map(Double::floatValue).toList();
  }

  /// Positions of the contexts of the training.
  static long originalContext(ModelConfig config) {
    return (long)
        RopeParameters.of(config).orElseThrow().required("original_max_position_embeddings");
  }

  /// What sines and cosines are multiplied with.
  double attentionFactor() {
    double original = originalContext(config);
    double scale = config.integer("n_positions", "max_position_embeddings") / original;
    if (scale <= 1) {
      return 1;
    }
    return type.equals("yarn")
        ? 0.1 * Math.log(scale) + 1
        : Math.sqrt(1 + Math.log(scale) / Math.log(original));
  }

  /// Adds the tensors of factors.
  ///
  /// @param turned elements of a head that are turned
  void addTo(TensorRules rules, long turned) {
    if (longFactors.size() != shortFactors.size() || 2L * longFactors.size() != turned) {
      throw new MalformedFileException(
          config.file(),
          "rope_scaling has %d long and %d short factors, wanted %d of each"
              .formatted(longFactors.size(), shortFactors.size(), turned / 2));
    }
    rules.constant("rope_factors_long.weight", longFactors);
    rules.constant("rope_factors_short.weight", shortFactors);
  }
}
