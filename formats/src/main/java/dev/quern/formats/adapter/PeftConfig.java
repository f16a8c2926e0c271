package dev.quern.formats.adapter;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.huggingface.ModelConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// `adapter_config.json`, as far as it decides what is added.
public final class PeftConfig {
  /// Ways to begin training that change the base's own weights.
  private static final List<String> CHANGING = List.of("pissa", "olora", "corda", "loftq");

  static final int LARGEST_RANK = 1 << 16;

  private final ModelConfig config;
  private final PatternKeys rankPattern;
  private final PatternKeys alphaPattern;

  private PeftConfig(ModelConfig config) {
    this.config = config;
    this.rankPattern = PatternKeys.of(config, "rank_pattern");
    this.alphaPattern = PatternKeys.of(config, "alpha_pattern");
  }

  /// Reads `path`.
  ///
  /// @throws MalformedFileException if the adapter is of a kind that cannot be added to weights
  public static PeftConfig read(Path path) {
    PeftConfig config = new PeftConfig(ModelConfig.read(path));
    config.check();
    return config;
  }

  private void check() {
    String type = config.optionalText("peft_type").orElse("LORA");
    if (!type.equals("LORA")) {
      throw malformed("peft_type is " + type + ", wanted LORA");
    }
    rank("");
    config.number("lora_alpha");
    beginning().ifPresent(this::refuseChangedBase);
    for (String key : List.of("layer_replication", "arrow_config", "trainable_token_indices")) {
      if (config.has(key)) {
        throw malformed(key + " is set, and what it does to a base is not known here");
      }
    }
    if (config.optionalFlag("use_qalora").orElse(false)) {
      throw malformed("use_qalora is true: such an adapter is not the product of two matrices");
    }
  }

  /// `init_lora_weights`, where it is a name and no truth value.
  private Optional<String> beginning() {
    try {
      return config.optionalText("init_lora_weights");
    } catch (MalformedFileException e) {
      return Optional.empty();
    }
  }

  private void refuseChangedBase(String beginning) {
    if (CHANGING.stream().anyMatch(beginning::startsWith)) {
      throw malformed(
          "init_lora_weights is %s, which changed the base's weights before training: save the adapter with PEFT's path_initial_model_for_weight_conversion first"
              .formatted(beginning));
    }
  }

  /// The rank of `module`.
  int rank(String module) {
    long rank =
        rankPattern
            .match(module)
            .map(found -> found.integer())
            .orElseGet(() -> config.integer("r"));
    if (rank < 1 || rank > LARGEST_RANK) {
      throw malformed(
          "the rank of %s is %d, wanted 1 to %d"
              .formatted(module.isEmpty() ? "all modules" : module, rank, LARGEST_RANK));
    }
    return (int) rank;
  }

  /// `lora_alpha` of `module`, finite.
  double alpha(String module) {
    return alphaPattern.match(module).map(found -> found.number()).orElseGet(this::alpha);
  }

  /// `lora_alpha` of modules that no pattern matches, finite.
  public double alpha() {
    return config.number("lora_alpha");
  }

  /// True if the scale is `alpha / sqrt(rank)`.
  boolean isRankStabilized() {
    return config.optionalFlag("use_rslora").orElse(false);
  }

  /// True if weights of linear modules are stored as inputs x outputs.
  boolean isTransposed() {
    return config.optionalFlag("fan_in_fan_out").orElse(false);
  }

  /// True if every module has a magnitude.
  boolean isDora() {
    return config.optionalFlag("use_dora").orElse(false);
  }

  /// The tokens after which alone the adapter works; empty if it always does.
  public List<Long> invocation() {
    List<Long> tokens = config.integers("alora_invocation_tokens");
    for (long token : tokens) {
      if (token < 0 || token > Integer.MAX_VALUE) {
        throw malformed("alora_invocation_tokens has " + token + ", which is no token");
      }
    }
    return tokens;
  }

  /// What the adapter's publisher calls the base, if the file says so.
  public Optional<String> base() {
    return config.optionalText("base_model_name_or_path").filter(name -> !name.isEmpty());
  }

  MalformedFileException malformed(String problem) {
    return new MalformedFileException(config.file(), problem);
  }
}
