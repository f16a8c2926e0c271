package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.SequencedMap;

/// Gemma, the first: a LLaMA with rotary rows in halves. Norms multiply with one more than their
/// weight, which is added here; the output matrix is the embedding, and a copy of it in the
/// checkpoint is left out.
///
/// transformers took the function of the feed-forward part from `hidden_activation` until 4.47, and
/// takes it from `hidden_act` since; files published before either say `gelu` and mean its
/// approximation, which is what readers of a GGUF compute.
final class Gemma implements Architecture {
  @Override
  public String id() {
    return "gemma";
  }

  @Override
  public List<String> classNames() {
    return List.of("GemmaForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(28, 3072, 24576, 16, 256000)
        .set("rms_norm_eps", 1e-6)
        .set("tie_word_embeddings", true)
        .set("max_position_embeddings", 8192)
        .set("head_dim", 256)
        .ropeTheta(10000.0)
        .completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).ropeWithoutFactors().gelu("hidden_act", "hidden_activation");
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
        .unusualRope();
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    return GemmaRules.of(is)
        .blocks(
            "layers.{layer}.",
            GemmaRules.norm("input_layernorm", "attn_norm", is.hidden()),
            GemmaRules.norm("post_attention_layernorm", "ffn_norm", is.hidden()))
        .map(checkpoint);
  }

  /// The reference gives every Gemma the end of a turn that the instructed ones have.
  @Override
  public void adaptVocabulary(ModelConfig config, SequencedMap<String, MetadataValue> metadata) {
    metadata.put("tokenizer.ggml.eot_token_id", new Uint32(107));
    GemmaRules.withoutSpacePrefix(metadata);
  }
}
