package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// Granite 3: a LLaMA with factors for embedding, attention, residual and logits.
final class Granite implements Architecture {
  @Override
  public String id() {
    return "granite";
  }

  @Override
  public List<String> classNames() {
    return List.of("GraniteForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return completed(config).completeHeads();
  }

  /// What every Granite assumes.
  static Defaults completed(ModelConfig config) {
    return Defaults.of(config)
        .sizes(32, 4096, 11008, 32, 32000)
        .set("max_position_embeddings", 2048)
        .set("tie_word_embeddings", false)
        .set("embedding_multiplier", 1.0)
        .set("logits_scaling", 1.0)
        .set("residual_multiplier", 1.0)
        .set("attention_multiplier", 1.0)
        .set("rms_norm_eps", 1e-6)
        .ropeTheta(10000.0);
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    write(config, parameters);
  }

  /// Writes what every Granite has.
  static void write(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).usualRope().silu();
    parameters
        .usual()
        .without("attention.key_length")
        .without("attention.value_length")
        .count("vocab_size", "vocab_size")
        .count("rope.dimension_count", Dimensions.of(config).headLength())
        .unusualHeadLength();
    factor(config, "attention_multiplier", "attention.scale", parameters);
    factor(config, "embedding_multiplier", "embedding_scale", parameters);
    factor(config, "residual_multiplier", "residual_scale", parameters);
    factor(config, "logits_scaling", "logit_scale", parameters);
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    return LlamaRules.of(config).map(checkpoint);
  }

  /// Writes a factor; 0 stands for none.
  private static void factor(
      ModelConfig config, String name, String key, Hyperparameters parameters) {
    double factor = config.number(name);
    if (factor != 0) {
      parameters.number(key, factor);
    }
  }
}
