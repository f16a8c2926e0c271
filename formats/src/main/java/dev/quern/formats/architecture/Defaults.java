package dev.quern.formats.architecture;

import dev.quern.formats.huggingface.ModelConfig;
import java.util.HashMap;
import java.util.Map;

/// What a family's class assumes where config.json is silent.
final class Defaults {
  private final ModelConfig config;
  private final Map<String, Object> values = new HashMap<>();

  private Defaults(ModelConfig config) {
    this.config = config;
  }

  static Defaults of(ModelConfig config) {
    return new Defaults(config);
  }

  /// Assumes `value` for `key` if it is absent or null; what was assumed before stays.
  Defaults set(String key, Object value) {
    values.putIfAbsent(key, value);
    return this;
  }

  /// Assumes `value` for `key` if it is absent; a null is kept.
  Defaults unlessNull(String key, Object value) {
    if (!config.keys().contains(key)) {
      values.put(key, value);
    }
    return this;
  }

  /// Takes the number under `key` from one of its older names.
  Defaults alias(String key, String... names) {
    if (!config.has(key)) {
      config.optionalInteger(names).ifPresent(value -> values.put(key, value));
    }
    return this;
  }

  /// Assumes that rotary frequencies have this base.
  Defaults ropeTheta(double theta) {
    if (RopeParameters.of(config).flatMap(rope -> rope.number("rope_theta")).isEmpty()) {
      values.put("rope_theta", theta);
    }
    return this;
  }

  /// Assumes that they have this one in blocks that look through a window.
  Defaults slidingTheta(double theta) {
    if (RopeParameters.of(config).flatMap(RopeParameters::slidingTheta).isEmpty()) {
      values.put("rope_local_base_freq", theta);
    }
    return this;
  }

  /// Assumes which part of a head's elements is turned.
  Defaults partialFactor(double factor) {
    if (RopeParameters.of(config).flatMap(rope -> rope.number("partial_rotary_factor")).isEmpty()) {
      values.put("partial_rotary_factor", factor);
    }
    return this;
  }

  /// Assumes these numbers, which most families have.
  ///
  /// @param layers number of blocks
  /// @param hidden length of the vectors between them
  /// @param feedForward rows of the first feed-forward matrix
  /// @param heads query heads
  /// @param vocabulary rows of the embedding
  Defaults sizes(int layers, int hidden, int feedForward, int heads, int vocabulary) {
    values.putIfAbsent("num_hidden_layers", layers);
    values.putIfAbsent("hidden_size", hidden);
    values.putIfAbsent("intermediate_size", feedForward);
    values.putIfAbsent("num_attention_heads", heads);
    values.putIfAbsent("vocab_size", vocabulary);
    return this;
  }

  /// The completed configuration.
  ModelConfig complete() {
    return config.withDefaults(values);
  }

  /// The completed configuration, with as many heads of keys and values as of queries where it says
  /// nothing else.
  ModelConfig completeHeads() {
    ModelConfig known = complete();
    long heads = Math.max(1, known.integer("num_attention_heads"));
    return known.has("num_key_value_heads")
        ? known
        : known.withDefaults(Map.of("num_key_value_heads", heads));
  }

  /// Likewise, and with the head length that this makes.
  ModelConfig completeHeadLength() {
    ModelConfig known = completeHeads();
    long heads = Math.max(1, known.integer("num_attention_heads"));
    return known.has("head_dim")
        ? known
        : known.withDefaults(Map.of("head_dim", known.integer("hidden_size") / heads));
  }
}
