package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// Nemotron 3 and 4, Minitron: norms with a bias that multiply with one more than their weight,
/// squared ReLU without a gate, part of each head turned.
final class Nemotron implements Architecture {
  @Override
  public String id() {
    return "nemotron";
  }

  @Override
  public List<String> classNames() {
    return List.of("NemotronForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .alias("head_dim", "kv_channels")
        .sizes(32, 6144, 24576, 48, 256000)
        .set("max_position_embeddings", 4096)
        .set("norm_eps", 1e-5)
        .set("tie_word_embeddings", false)
        .ropeTheta(10000.0)
        .partialFactor(0.5)
        .completeHeadLength();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).rope(List.of("default", "linear")).activation(List.of("relu2"));
    int head = Dimensions.of(config).headLength();
    parameters
        .usual()
        .count("vocab_size", "vocab_size")
        .number(
            "attention.layer_norm_epsilon",
            "layer_norm_eps",
            "layer_norm_epsilon",
            "norm_epsilon",
            "norm_eps")
        .count("rope.dimension_count", (long) (RopeParameters.partialFactor(config) * head));
    Optional<Double> factor =
        RopeParameters.of(config)
            .flatMap(rope -> rope.number("factor"))
            .or(() -> config.optionalNumber("factor").stream().boxed().findFirst());
    parameters.text("rope.scaling.type", factor.isPresent() ? "linear" : "none");
    factor.ifPresent(value -> parameters.number("rope.scaling.factor", value));
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    Transform keep = new Transform.Keep();
    return new TensorRules(is.layers())
        .prefixes("model.", "")
        .top(
            TensorRule.matrix("embed_tokens", "token_embd", is.hidden(), is.vocabulary()),
            GemmaRules.norm("norm", "output_norm", is.hidden()),
            TensorRule.matrix("lm_head", "output", is.hidden(), is.vocabulary())
                .optionalIf(is.tied()))
        .blocks("layers.{layer}.", LlamaRules.attention(is, keep, keep))
        .blocks(
            "layers.{layer}.",
            GemmaRules.norm("input_layernorm", "attn_norm", is.hidden()),
            GemmaRules.norm("post_attention_layernorm", "ffn_norm", is.hidden()),
            TensorRule.matrix("mlp.up_proj", "ffn_up", is.hidden(), is.feedForward()),
            TensorRule.matrix("mlp.down_proj", "ffn_down", is.feedForward(), is.hidden()))
        .map(checkpoint);
  }

  @Override
  public void adaptVocabulary(ModelConfig config, SequencedMap<String, MetadataValue> metadata) {
    metadata.put("tokenizer.ggml.padding_token_id", new Uint32(0));
    metadata.put("tokenizer.ggml.unknown_token_id", new Uint32(1));
  }
}
