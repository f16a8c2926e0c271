package dev.quern.formats.architecture;

import dev.quern.formats.huggingface.ModelConfig;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/// The rotary embedding's settings, from the old keys of config.json (`rope_theta`, `rope_scaling`)
/// or the new one (`rope_parameters`).
public final class RopeParameters {
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
    boolean anything =
        chosen.isPresent() || config.optionalNumber("rope_theta", "rotary_emb_base").isPresent();
    return anything ? Optional.of(new RopeParameters(config, chosen)) : Optional.empty();
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
          case "rope_theta" ->
              config.optionalNumber(
                  "global_rope_theta", "rope_global_theta", "rope_theta", "rotary_emb_base");
          case "original_max_position_embeddings" -> config.optionalNumber(key);
          default -> OptionalDouble.empty();
        };
    return beside.isPresent() ? Optional.of(beside.getAsDouble()) : Optional.empty();
  }

  /// A setting that this type of scaling cannot do without.
  public double required(String key) {
    return number(key).orElseGet(() -> object.orElse(config).number(key));
  }
}
