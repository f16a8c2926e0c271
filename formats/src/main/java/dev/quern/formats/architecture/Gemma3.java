package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.SequencedMap;

/// Gemma 3: norms of each head of queries and keys in place of soft caps, a window in five blocks
/// of six, two bases of rotary frequencies. Images are left out. Norms multiply with one more than
/// their weight, which is added here; the output matrix is the embedding, and a copy of it in the
/// checkpoint is left out.
final class Gemma3 implements Architecture {
  @Override
  public String id() {
    return "gemma3";
  }

  @Override
  public List<String> classNames() {
    return List.of("Gemma3ForCausalLM", "Gemma3ForConditionalGeneration");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(26, 2304, 9216, 8, 262208)
        .set("rms_norm_eps", 1e-6)
        .set("tie_word_embeddings", true)
        .set("num_key_value_heads", 4)
        .set("max_position_embeddings", 131072)
        .set("head_dim", 256)
        .set("sliding_window", 4096)
        .set("query_pre_attn_scalar", 256)
        .ropeTheta(1e6)
        .slidingTheta(10000.0)
        .completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).ropeWithoutFactors().gelu("hidden_activation");
    parameters.usual().optionalNumber("final_logit_softcapping", "final_logit_softcapping");
    GemmaRules.writeScale(config, parameters, 62);
    if (config.optionalInteger("sliding_window_pattern").orElse(6) != 1) {
      parameters.count("attention.sliding_window", "sliding_window");
      WindowPatterns.writeUnusual(config, parameters, 6);
    }
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    return GemmaRules.of(is)
        .skipParts("vision_tower.", "multi_modal_projector.")
        .blocks("layers.{layer}.", GemmaRules.fourNorms(is))
        .blocks(
            "layers.{layer}.",
            GemmaRules.norm("self_attn.q_norm", "attn_q_norm", is.headLength()),
            GemmaRules.norm("self_attn.k_norm", "attn_k_norm", is.headLength()))
        .map(checkpoint);
  }

  @Override
  public void adaptVocabulary(ModelConfig config, SequencedMap<String, MetadataValue> metadata) {
    GemmaRules.withoutSpacePrefix(metadata);
  }
}
