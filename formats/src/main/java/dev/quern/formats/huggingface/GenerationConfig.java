package dev.quern.formats.huggingface;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// `generation_config.json`: how the publisher samples from the model.
///
/// @param settings the file
public record GenerationConfig(ModelConfig settings) {
  /// Reads `path`.
  public static GenerationConfig read(Path path) {
    return new GenerationConfig(ModelConfig.read(path));
  }

  /// The token that begins a text.
  public OptionalLong bosTokenId() {
    return settings.optionalInteger("bos_token_id");
  }

  /// The tokens that end a text; none if the file does not say.
  public List<Long> eosTokenIds() {
    return settings.integers("eos_token_id");
  }

  /// The token that fills up a batch.
  public OptionalLong padTokenId() {
    return settings.optionalInteger("pad_token_id");
  }

  /// Divisor of the logits.
  public OptionalDouble temperature() {
    return settings.optionalNumber("temperature");
  }

  /// How many of the likeliest tokens may be drawn.
  public OptionalLong topK() {
    return settings.optionalInteger("top_k");
  }

  /// The share of probability from which tokens are drawn.
  public OptionalDouble topP() {
    return settings.optionalNumber("top_p");
  }

  /// The least probability, relative to the likeliest token, that a drawn token has.
  public OptionalDouble minP() {
    return settings.optionalNumber("min_p");
  }

  /// Divisor of the logits of tokens that occurred before.
  public OptionalDouble repetitionPenalty() {
    return settings.optionalNumber("repetition_penalty");
  }
}
