package dev.quern.formats.architecture;

import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// The rotary embedding's settings, from the old keys of config.json (`rope_theta`, `rope_scaling`)
/// or the new one (`rope_parameters`).
public final class RopeParameters {
  private static final String[] THETA = {
    "global_rope_theta", "rope_global_theta", "rope_theta_global", "rope_theta", "rotary_emb_base"
  };
  private static final String[] SLIDING_THETA = {
    "local_rope_theta",
    "rope_local_theta",
    "rope_theta_local",
    "swa_rope_theta",
    "rope_local_base_freq"
  };
  private final ModelConfig config;
  private final Optional<ModelConfig> object;

  private RopeParameters(ModelConfig config, Optional<ModelConfig> object) {
    this.config = config;
    this.object = object;
  }

  /// The settings of a model; empty if config.json says nothing of rotary embeddings.
  public static Optional<RopeParameters> of(ModelConfig config) {
    Optional<ModelConfig> object =
        config.object("rope_parameters").or(() -> config.object("rope_scaling"));
    Optional<ModelConfig> full = object.flatMap(parameters -> parameters.object("full_attention"));
    Optional<ModelConfig> chosen = full.isPresent() ? full : object;
    boolean anything = chosen.isPresent() || config.optionalNumber(THETA).isPresent();
    return anything ? Optional.of(new RopeParameters(config, chosen)) : Optional.empty();
  }

  /// The part of a head's elements that are turned; 1 where nothing says otherwise.
  public static double partialFactor(ModelConfig config) {
    return of(config).flatMap(rope -> rope.number("partial_rotary_factor")).orElse(1.0);
  }

  /// `default`, `linear`, `dynamic`, `yarn`, `longrope`, `llama3` …, in lower case.
  public String type() {
    return object
        .flatMap(parameters -> parameters.optionalText("rope_type", "type"))
        .map(type -> type.toLowerCase(Locale.ROOT))
        .orElse("default");
  }

  /// A setting under its new name, wherever it stands.
  public Optional<Double> number(String key) {
    OptionalDouble own =
        object.map(parameters -> parameters.optionalNumber(key)).orElse(OptionalDouble.empty());
    if (own.isPresent()) {
      return Optional.of(own.getAsDouble());
    }
    OptionalDouble beside =
        switch (key) {
          case "rope_theta" -> config.optionalNumber(THETA);
          case "partial_rotary_factor" ->
              config.optionalNumber(key, "rope_pct", "rope_percent", "rotary_pct");
          case "original_max_position_embeddings" -> config.optionalNumber(key);
          default -> OptionalDouble.empty();
        };
    return beside.isPresent() ? Optional.of(beside.getAsDouble()) : Optional.empty();
  }

  /// How many times longer the context becomes: YaRN's follows from two lengths where it is not
  /// said.
  public Optional<Double> factor() {
    Optional<Double> own = number("factor");
    OptionalDouble longer = config.optionalNumber("max_position_embeddings");
    return own.isPresent() || longer.isEmpty() || !type().equals("yarn")
        ? own
        : number("original_max_position_embeddings").map(length -> longer.getAsDouble() / length);
  }

  /// What YaRN's sines and cosines are multiplied with, where that is said: by a number, or by the
  /// weights that the logarithm of the factor has above and below.
  public Optional<Double> magnitude() {
    Optional<Double> own = number("attention_factor").or(() -> number("attn_factor"));
    double above = number("mscale").orElse(0.0);
    double below = number("mscale_all_dim").orElse(0.0);
    return own.isPresent() || above == 0 || below == 0
        ? own
        : factor().map(factor -> magnitude(factor, above) / magnitude(factor, below));
  }

  private static double magnitude(double factor, double weight) {
    return factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
  }

  /// A truth value beside the type of scaling.
  public Optional<Boolean> flag(String key) {
    return object.flatMap(parameters -> parameters.optionalFlag(key));
  }

  /// The numbers of a list beside the type of scaling; empty if there is none.
  public List<Double> numbers(String key) {
    return object.map(parameters -> parameters.numbers(key)).orElse(List.of());
  }

  /// The base of the frequencies in blocks that look through a window, where it is another one.
  public Optional<Double> slidingTheta() {
    Optional<ModelConfig> sliding =
        config
            .object("rope_parameters")
            .or(() -> config.object("rope_scaling"))
            .flatMap(parameters -> parameters.object("sliding_attention"));
    OptionalDouble theta =
        sliding.isPresent()
            ? sliding.get().optionalNumber("rope_theta")
            : config.optionalNumber(SLIDING_THETA);
    return theta.isPresent() ? Optional.of(theta.getAsDouble()) : Optional.empty();
  }

  /// A setting that this type of scaling cannot do without.
  public double required(String key) {
    return number(key).orElseGet(() -> object.orElse(config).number(key));
  }
}
