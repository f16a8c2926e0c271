package dev.quern.formats.architecture;

import dev.quern.formats.Shape;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.Map;
import java.util.OptionalDouble;

/// What both Mambas share.
final class Recurrent {
  private static final double USUAL_EPSILON = 1e-5;

  private Recurrent() {}

  /// `config` with the vocabulary rounded up to what its matrices have.
  static ModelConfig paddedVocabulary(ModelConfig config, int usual) {
    long multiple =
        config.has("pad_vocab_size_multiple")
            ? Dimensions.positive(config, 1 << 20, "pad_vocab_size_multiple")
            : usual;
    long size = Dimensions.positive(config, 1 << 24, "vocab_size");
    return config.with(Map.of("vocab_size", (size + multiple - 1) / multiple * multiple));
  }

  static double epsilon(ModelConfig config) {
    OptionalDouble epsilon = config.optionalNumber("layer_norm_epsilon", "rms_norm_eps");
    return epsilon.orElse(USUAL_EPSILON);
  }

  /// Embedding, last norm and output matrix.
  static TensorRules top(ModelConfig config) {
    int hidden = Dimensions.positive(config, 1 << 20, "hidden_size");
    int vocabulary = Dimensions.positive(config, 1 << 24, "vocab_size");
    TensorRules rules =
        new TensorRules(Dimensions.positive(config, 10_000, "num_hidden_layers"))
            .prefixes("model.backbone.", "backbone.", "model.", "");
    for (String name : new String[] {"embedding", "embeddings"}) {
      rules.top(TensorRule.matrix(name, "token_embd", hidden, vocabulary));
    }
    rules.top(TensorRule.vector("norm_f", "output_norm", hidden));
    return config.flag("tie_word_embeddings")
        ? rules.skip("lm_head.weight")
        : rules.top(TensorRule.matrix("lm_head", "output", hidden, vocabulary));
  }

  /// The convolution over positions of `channels` channels.
  static TensorRule convolution(ModelConfig config, long channels) {
    int kernel = Dimensions.positive(config, 1 << 10, "conv_kernel");
    return TensorRule.of("mixer.conv1d", "ssm_conv1d", Shape.of(kernel, 1, channels), channels)
        .with(new Transform.Reshape(Shape.of(kernel, channels)));
  }
}
