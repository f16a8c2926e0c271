package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// EXAONE 3 and 3.5: a LLaMA under GPT-2's names, rotary rows in halves.
///
/// | Hugging Face (`transformer.` before) | GGUF |
/// |---|---|
/// | `wte`, `ln_f`, `lm_head` | `token_embd`, `output_norm`, `output` |
/// | `h.N.ln_1`, `ln_2` | `blk.N.attn_norm`, `ffn_norm` |
/// | `h.N.attn.attention.q_proj`, `k_proj`, `v_proj`, `out_proj` | `blk.N.attn_q`, `attn_k`, `attn_v`, `attn_output` |
/// | `h.N.mlp.c_fc_0`, `c_fc_1`, `c_proj` | `blk.N.ffn_gate`, `ffn_up`, `ffn_down` |
///
/// Deliberate difference from the reference: `exaone.attention.layer_norm_rms_epsilon` is written,
/// without which llama.cpp does not load the file.
final class Exaone implements Architecture {
  @Override
  public String id() {
    return "exaone";
  }

  @Override
  public List<String> classNames() {
    return List.of("ExaoneForCausalLM");
  }

  @Override
  public String proof() {
    return "tensors equal the reference converter's, whose metadata lacks a key that readers want";
  }

  @Override
  public String proofOfRun() {
    return "logits those of LLaMA in PyTorch on the same weights, and llama.cpp's";
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .alias("num_hidden_layers", "num_layers")
        .sizes(32, 4096, 16384, 32, 102400)
        .set("max_position_embeddings", 2048)
        .set("layer_norm_epsilon", 1e-5)
        .set("tie_word_embeddings", false)
        .completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).usualRope().silu();
    long head = config.integer("hidden_size") / config.integer("num_attention_heads");
    parameters
        .usual()
        .number("attention.layer_norm_rms_epsilon", "rms_norm_eps", "layer_norm_epsilon")
        .count("rope.dimension_count", (long) (RopeParameters.partialFactor(config) * head));
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    TensorRules rules = new TensorRules(is.layers()).prefixes("transformer.", "");
    Llama3Factors.of(config).ifPresent(values -> rules.constant("rope_freqs.weight", values));
    return rules
        .top(
            TensorRule.matrix("wte", "token_embd", is.hidden(), is.vocabulary()),
            TensorRule.vector("ln_f", "output_norm", is.hidden()),
            TensorRule.matrix("lm_head", "output", is.hidden(), is.vocabulary())
                .optionalIf(is.tied()))
        .blocks(
            "h.{layer}.",
            TensorRule.vector("ln_1", "attn_norm", is.hidden()),
            TensorRule.vector("ln_2", "ffn_norm", is.hidden()),
            TensorRule.matrix("attn.attention.q_proj", "attn_q", is.hidden(), is.query()),
            TensorRule.matrix("attn.attention.k_proj", "attn_k", is.hidden(), is.keyValue()),
            TensorRule.matrix("attn.attention.v_proj", "attn_v", is.hidden(), is.keyValue()),
            TensorRule.matrix("attn.attention.out_proj", "attn_output", is.query(), is.hidden()),
            TensorRule.matrix("mlp.c_fc_0", "ffn_gate", is.hidden(), is.feedForward()),
            TensorRule.matrix("mlp.c_fc_1", "ffn_up", is.hidden(), is.feedForward()),
            TensorRule.matrix("mlp.c_proj", "ffn_down", is.feedForward(), is.hidden()))
        .map(checkpoint);
  }
}
