package dev.quern.formats.architecture;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// What a GGUF of the family cannot say: a model that wants it would run, and answer wrongly.
final class LlamaLimits {
  private static final List<String> ROPE_TYPES =
      List.of("default", "linear", "dynamic", "yarn", "llama3");
  private static final List<String> ACTIVATIONS = List.of("silu", "swish");

  private LlamaLimits() {}

  /// Checks a completed configuration.
  ///
  /// @throws MalformedFileException if the model would be another one as a GGUF
  static void check(ModelConfig config) {
    RopeParameters.of(config).ifPresent(rope -> one(config, "rope_type", rope.type(), ROPE_TYPES));
    config
        .optionalText("hidden_act")
        .ifPresent(activation -> one(config, "hidden_act", activation, ACTIVATIONS));
    long context = config.integer("max_position_embeddings");
    if (context < 1) {
      throw new MalformedFileException(
          config.file(), "max_position_embeddings is " + context + ", wanted 1 or more");
    }
  }

  private static void one(ModelConfig config, String key, String found, List<String> known) {
    if (!known.contains(found)) {
      throw new MalformedFileException(
          config.file(),
          "%s is \"%s\", which a GGUF of this architecture has no way to say; known are %s"
              .formatted(key, found, String.join(", ", known)));
    }
  }
}
