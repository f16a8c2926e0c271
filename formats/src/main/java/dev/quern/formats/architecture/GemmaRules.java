package dev.quern.formats.architecture;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.MetadataValue.Text;
import java.util.SequencedMap;

/// What the files of all Gemmas have in common.
final class GemmaRules {
  private GemmaRules() {}

  /// The tensors of a Gemma but for the norms of its blocks.
  static TensorRules of(Dimensions is) {
    Transform keep = new Transform.Keep();
    return new TensorRules(is.layers())
        .prefixes("model.", "")
        .skip("lm_head.weight")
        .top(
            TensorRule.matrix("embed_tokens", "token_embd", is.hidden(), is.vocabulary()),
            norm("norm", "output_norm", is.hidden()))
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

  /// Says that a SentencePiece vocabulary puts no space before a text.
  static void withoutSpacePrefix(SequencedMap<String, MetadataValue> metadata) {
    if (new Text("llama").equals(metadata.get("tokenizer.ggml.model"))) {
      metadata.put("tokenizer.ggml.add_space_prefix", new Bool(false));
    }
  }
}
