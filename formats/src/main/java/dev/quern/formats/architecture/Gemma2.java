package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.SequencedMap;

/// Gemma 2: norms before and after each part, soft caps, and a window in every other block. Norms
/// multiply with one more than their weight, which is added here; the output matrix is the
/// embedding, and a copy of it in the checkpoint is left out.
final class Gemma2 implements Architecture {
  @Override
  public String id() {
    return "gemma2";
  }

  @Override
  public List<String> classNames() {
    return List.of("Gemma2ForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(26, 2304, 9216, 8, 256000)
        .set("rms_norm_eps", 1e-6)
        .set("tie_word_embeddings", true)
        .set("num_key_value_heads", 4)
        .set("max_position_embeddings", 8192)
        .set("head_dim", 256)
        .set("sliding_window", 4096)
        .set("query_pre_attn_scalar", 256)
        .unlessNull("attn_logit_softcapping", 50.0)
        .unlessNull("final_logit_softcapping", 30.0)
        .ropeTheta(10000.0)
        .completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).ropeWithoutFactors().gelu("hidden_activation");
    parameters
        .count("context_length", "max_position_embeddings")
        .count("embedding_length", "hidden_size")
        .blockCount()
        .count("feed_forward_length", "intermediate_size")
        .count("attention.head_count", "num_attention_heads")
        .count("attention.head_count_kv", "num_key_value_heads")
        .number("attention.layer_norm_rms_epsilon", "rms_norm_eps")
        .count("attention.key_length", "head_dim")
        .count("attention.value_length", "head_dim")
        .fileType()
        .optionalNumber("attn_logit_softcapping", "attn_logit_softcapping")
        .optionalNumber("final_logit_softcapping", "final_logit_softcapping")
        .count("attention.sliding_window", "sliding_window")
        .unusualRope();
    GemmaRules.writeScale(config, parameters, 46);
    WindowPatterns.writeUnusual(config, parameters, 2);
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    return GemmaRules.of(is).blocks("layers.{layer}.", GemmaRules.fourNorms(is)).map(checkpoint);
  }

  @Override
  public void adaptVocabulary(ModelConfig config, SequencedMap<String, MetadataValue> metadata) {
    GemmaRules.withoutSpacePrefix(metadata);
  }
}
