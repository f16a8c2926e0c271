package dev.quern.formats.architecture;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.SequencedMap;

/// What the files of all Gemmas have in common.
final class GemmaRules {
  private GemmaRules() {}

  /// The tensors of a Gemma but for the norms of its blocks.
  static TensorRules of(Dimensions is) {
    Transform keep = new Transform.Keep();
    TensorRules rules = new TensorRules(is.layers());
    if (is.tied()) {
      rules.skip("lm_head.weight");
    }
    return rules
        .prefixes("model.", "")
        .top(
            TensorRule.matrix("embed_tokens", "token_embd", is.hidden(), is.vocabulary()),
            norm("norm", "output_norm", is.hidden()),
            TensorRule.matrix("lm_head", "output", is.hidden(), is.vocabulary()).optional())
        .blocks("layers.{layer}.", LlamaRules.attention(is, keep, keep))
        .blocks("layers.{layer}.", LlamaRules.gated(is));
  }

  /// A norm to whose weights one is added.
  static TensorRule norm(String source, String target, int length) {
    return TensorRule.vector(source, target, length)
        .with(new Transform.Each(Transform.Function.PLUS_ONE));
  }

  /// The norms before and after both parts of a block.
  static TensorRule[] fourNorms(Dimensions is) {
    return new TensorRule[] {
      norm("input_layernorm", "attn_norm", is.hidden()),
      norm("post_attention_layernorm", "post_attention_norm", is.hidden()),
      norm("pre_feedforward_layernorm", "ffn_norm", is.hidden()),
      norm("post_feedforward_layernorm", "post_ffw_norm", is.hidden())
    };
  }

  /// Writes what products of queries and keys are multiplied with, if it does not follow from the
  /// length of heads, or in the largest model of a generation from that of vectors, as readers
  /// assume.
  ///
  /// @param largest the number of its blocks
  static void writeScale(ModelConfig config, Hyperparameters out, int largest) {
    Dimensions is = Dimensions.of(config);
    double usual = is.layers() == largest ? (double) is.hidden() / is.heads() : is.headLength();
    double length = config.number("query_pre_attn_scalar");
    if (length != usual) {
      out.number("attention.scale", 1 / Math.sqrt(length));
    }
  }

  /// Says that a SentencePiece vocabulary puts no space before a text.
  static void withoutSpacePrefix(SequencedMap<String, MetadataValue> metadata) {
    if (new Text("llama").equals(metadata.get("tokenizer.ggml.model"))) {
      metadata.put("tokenizer.ggml.add_space_prefix", new Bool(false));
    }
  }
}
