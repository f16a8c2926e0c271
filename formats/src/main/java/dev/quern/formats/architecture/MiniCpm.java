package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// MiniCPM 1, 2 and 4: a LLaMA with factors for embedding, residual and logits, and two lists of
/// factors for rotary frequencies in the newer ones.
final class MiniCpm implements Architecture {
  @Override
  public String id() {
    return "minicpm";
  }

  @Override
  public List<String> classNames() {
    return List.of("MiniCPMForCausalLM");
  }

  @Override
  public String proofOfRun() {
    return "logits those of Granite in PyTorch on the same weights, and llama.cpp's";
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(32, 4096, 11008, 32, 32000)
        .set("max_position_embeddings", 2048)
        .set("tie_word_embeddings", true)
        .set("scale_emb", 1)
        .set("scale_depth", 1)
        .set("dim_model_base", 1)
        .set("rms_norm_eps", 1e-6)
        .completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config)
        .rope(List.of("default", "linear", "dynamic", "yarn", "su", "longrope"))
        .silu();
    Dimensions is = Dimensions.of(config);
    parameters
        .usual()
        .number("embedding_scale", "scale_emb")
        .number("residual_scale", config.number("scale_depth") / Math.sqrt(is.layers()))
        .number("logit_scale", is.hidden() / config.number("dim_model_base"));
    LongRope.of(config)
        .filter(rope -> rope.attentionFactor() != 1)
        .ifPresent(
            rope ->
                parameters
                    .count("rope.scaling.original_context_length", LongRope.originalContext(config))
                    .number("rope.scaling.attn_factor", rope.attentionFactor()));
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    TensorRules rules = LlamaRules.of(config);
    LongRope.of(config).ifPresent(rope -> rope.addTo(rules, Dimensions.of(config).headLength()));
    return rules.map(checkpoint);
  }
}
