package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// Qwen, the first: its `intermediate_size` counts the rows of gate and up matrix together.
///
/// | Hugging Face (`transformer.` before) | GGUF |
/// |---|---|
/// | `wte`, `ln_f`, `lm_head` | `token_embd`, `output_norm`, `output` |
/// | `h.N.ln_1`, `ln_2` | `blk.N.attn_norm`, `ffn_norm` |
/// | `h.N.attn.c_attn`, `c_proj` | `blk.N.attn_qkv`, `attn_output` |
/// | `h.N.mlp.w1`, `w2`, `c_proj` | `blk.N.ffn_up`, `ffn_gate`, `ffn_down` |
///
/// Deliberate difference from the reference: `qwen.attention.layer_norm_rms_epsilon` is written,
/// without which llama.cpp does not load the file.
final class Qwen1 implements Architecture {
  @Override
  public String id() {
    return "qwen";
  }

  @Override
  public List<String> classNames() {
    return List.of("QWenLMHeadModel");
  }

  @Override
  public String proof() {
    return "tensors equal the reference converter's, whose metadata lacks a key that readers want";
  }

  @Override
  public String proofOfRun() {
    return "logits those of Qwen 2 in PyTorch on the same weights, and llama.cpp's";
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(32, 4096, 22016, 32, 151936)
        .alias("max_position_embeddings", "seq_length", "n_positions")
        .set("max_position_embeddings", 8192)
        .set("layer_norm_epsilon", 1e-6)
        .set("tie_word_embeddings", false)
        .complete();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).ropeWithoutFactors().silu();
    parameters
        .usual()
        .number("attention.layer_norm_rms_epsilon", "rms_norm_eps", "layer_norm_epsilon");
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    int feedForward = Math.max(1, is.feedForward() / 2);
    return new TensorRules(is.layers())
        .prefixes("transformer.", "")
        .top(
            TensorRule.matrix("wte", "token_embd", is.hidden(), is.vocabulary()),
            TensorRule.vector("ln_f", "output_norm", is.hidden()),
            TensorRule.matrix("lm_head", "output", is.hidden(), is.vocabulary())
                .optionalIf(is.tied()))
        .blocks(
            "h.{layer}.",
            TensorRule.vector("ln_1", "attn_norm", is.hidden()),
            TensorRule.vector("ln_2", "ffn_norm", is.hidden()),
            TensorRule.matrix("attn.c_attn", "attn_qkv", is.hidden(), is.fused()),
            TensorRule.matrix("attn.c_proj", "attn_output", is.query(), is.hidden()),
            TensorRule.matrix("mlp.w1", "ffn_up", is.hidden(), feedForward),
            TensorRule.matrix("mlp.w2", "ffn_gate", is.hidden(), feedForward),
            TensorRule.matrix("mlp.c_proj", "ffn_down", feedForward, is.hidden()))
        .map(checkpoint);
  }
}
