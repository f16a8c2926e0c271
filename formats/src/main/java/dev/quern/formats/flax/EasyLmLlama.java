package dev.quern.formats.flax;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A LLaMA of EasyLM's under the names and in the order of numbers of Hugging Face's.
///
/// | EasyLM | Hugging Face | |
/// |---|---|---|
/// | `transformer.wte.embedding` | `model.embed_tokens.weight` | as it is |
/// | `transformer.h.N.attention.wq.kernel`, `wk` | `model.layers.N.self_attn.q_proj.weight`, `k_proj` | transposed; of each head, rows of pairs become rows of halves |
/// | `transformer.h.N.attention.wv.kernel`, `wo` | `model.layers.N.self_attn.v_proj.weight`, `o_proj` | transposed |
/// | `transformer.h.N.feed_forward.w1.kernel`, `w2`, `w3` | `model.layers.N.mlp.gate_proj.weight`, `down_proj`, `up_proj` | transposed |
/// | `transformer.h.N.attention_norm.kernel`, `ffn_norm` | `model.layers.N.input_layernorm.weight`, `post_attention_layernorm` | as it is |
/// | `transformer.ln_f.kernel` | `model.norm.weight` | as it is |
/// | `lm_head.kernel` | `lm_head.weight` | transposed |
final class EasyLmLlama {
  private static final String EMBEDDING = "transformer.wte.embedding";
  private static final Pattern LAYER =
      Pattern.compile("transformer\\.h\\.([0-9]{1,5})\\.([a-z0-9_.]+)\\.kernel");

  private static final Map<String, String> MATRICES =
      Map.of(
          "attention.wq", "self_attn.q_proj",
          "attention.wk", "self_attn.k_proj",
          "attention.wv", "self_attn.v_proj",
          "attention.wo", "self_attn.o_proj",
          "feed_forward.w1", "mlp.gate_proj",
          "feed_forward.w2", "mlp.down_proj",
          "feed_forward.w3", "mlp.up_proj");

  private static final Map<String, String> NORMS =
      Map.of("attention_norm", "input_layernorm", "ffn_norm", "post_attention_layernorm");

  private final ModelConfig config;

  /// @param config the model's, which says how many heads there are
  EasyLmLlama(ModelConfig config) {
    this.config = config;
  }

  /// True if `checkpoint`, a model of Flax's, has the tensors of a LLaMA of EasyLM's: names as
  /// those of a GPT-2 of Flax's, whose norms have a `scale`.
  static boolean isOne(Checkpoint checkpoint) {
    return checkpoint.tensor(EMBEDDING).isPresent()
        && checkpoint.tensor("transformer.ln_f.scale").isEmpty();
  }

  /// `tensor` as Hugging Face has it.
  ///
  /// @throws MalformedFileException if it is none of a LLaMA's
  SourceTensor renamed(SourceTensor tensor) {
    Matcher layer = LAYER.matcher(tensor.name());
    if (layer.matches()) {
      String prefix = "model.layers." + layer.group(1) + ".";
      String part = layer.group(2);
      String norm = NORMS.get(part);
      if (norm != null) {
        return FlaxLayout.named(tensor, prefix + norm + ".weight");
      }
      String matrix = MATRICES.get(part);
      if (matrix != null) {
        return FlaxLayout.transposed(tensor, prefix + matrix + ".weight", heads(part));
      }
    }
    return switch (tensor.name()) {
      case EMBEDDING -> FlaxLayout.named(tensor, "model.embed_tokens.weight");
      case "transformer.ln_f.kernel" -> FlaxLayout.named(tensor, "model.norm.weight");
      case "lm_head.kernel" -> FlaxLayout.transposed(tensor, "lm_head.weight", 0);
      default ->
          throw new MalformedFileException(
              tensor.file(), "tensor " + tensor.name() + " is none of a LLaMA of EasyLM's");
    };
  }

  /// The heads whose rows have another order, 0 if none has.
  private long heads(String part) {
    return switch (part) {
      case "attention.wq" -> config.integer("num_attention_heads");
      case "attention.wk" ->
          config
              .optionalInteger("num_key_value_heads")
              .orElseGet(() -> config.integer("num_attention_heads"));
      default -> 0;
    };
  }
}
