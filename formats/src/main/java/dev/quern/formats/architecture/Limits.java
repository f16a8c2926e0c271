package dev.quern.formats.architecture;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// What a GGUF of a family cannot say: a model that wants it would run, and answer wrongly.
final class Limits {
  private static final List<String> ROPE_TYPES =
      List.of("default", "linear", "dynamic", "yarn", "llama3");

  /// Forms of one function that differ by less than any quantization.
  private static final List<String> GELU =
      List.of("gelu", "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python");

  private static final List<String> SILU = List.of("silu", "swish");

  /// What the function between the feed-forward matrices is called, but in Gemmas.
  private static final String[] ACTIVATION = {"hidden_act", "activation_function", "activation"};

  private final ModelConfig config;

  private Limits(ModelConfig config) {
    this.config = config;
  }

  /// The limits of a completed configuration.
  static Limits of(ModelConfig config) {
    return new Limits(config);
  }

  /// Wants a rotary scaling that most families' files can say.
  ///
  /// @throws MalformedFileException if it is another
  Limits usualRope() {
    return rope(ROPE_TYPES);
  }

  /// Wants a rotary scaling that needs no tensor of factors.
  ///
  /// @throws MalformedFileException if it is another
  Limits ropeWithoutFactors() {
    return rope(ROPE_TYPES.stream().filter(type -> !type.equals("llama3")).toList());
  }

  /// Wants one of these rotary scalings.
  ///
  /// @throws MalformedFileException if it is another
  Limits rope(List<String> types) {
    RopeParameters.of(config).ifPresent(rope -> one("rope_type", rope.type(), types));
    return this;
  }

  /// Wants `x / (1 + e^-x)` between the feed-forward matrices.
  ///
  /// @throws MalformedFileException if it is another function
  Limits silu() {
    return activation(SILU, ACTIVATION);
  }

  /// Wants the Gaussian error function's, in any form.
  ///
  /// @throws MalformedFileException if it is another function
  Limits gelu() {
    return gelu(ACTIVATION);
  }

  /// Wants the Gaussian error function's, in any form, under each of these keys that is there.
  ///
  /// @throws MalformedFileException if it is another function
  Limits gelu(String... keys) {
    return activation(GELU, keys);
  }

  /// Wants one of these functions between the feed-forward matrices.
  ///
  /// @throws MalformedFileException if it is another
  Limits activation(List<String> known) {
    return activation(known, ACTIVATION);
  }

  private Limits activation(List<String> known, String... keys) {
    for (String key : keys) {
      config.optionalText(key).ifPresent(name -> one(key, name, known));
    }
    return this;
  }

  /// Wants a context of at least one position.
  ///
  /// @throws MalformedFileException if it is shorter
  Limits context(String key) {
    long context = config.integer(key);
    if (context < 1) {
      throw new MalformedFileException(
          config.file(), key + " is " + context + ", wanted 1 or more");
    }
    return this;
  }

  /// Wants `key` to be `wanted`, or absent.
  ///
  /// @throws MalformedFileException if it is the other
  Limits flag(String key, boolean wanted) {
    config
        .optionalFlag(key)
        .filter(value -> value != wanted)
        .ifPresent(
            value -> {
              throw new MalformedFileException(
                  config.file(),
                  "%s is %s, which a GGUF of this architecture has no way to say"
                      .formatted(key, value));
            });
    return this;
  }

  /// Wants nothing, or null, under `key`.
  ///
  /// @throws MalformedFileException if there is something
  Limits absent(String key) {
    if (config.has(key)) {
      throw new MalformedFileException(
          config.file(),
          key + " is set, which a GGUF of this architecture has no way to say; wanted null");
    }
    return this;
  }

  private void one(String key, String found, List<String> known) {
    if (!known.contains(found)) {
      throw new MalformedFileException(
          config.file(),
          "%s is \"%s\", which a GGUF of this architecture has no way to say; known are %s"
              .formatted(key, found, String.join(", ", known)));
    }
  }
}
