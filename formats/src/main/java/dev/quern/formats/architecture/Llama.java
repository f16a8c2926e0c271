package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// LLaMA 1 to 3, and what has its shape: Alpaca, Vicuna, Koala, Mistral, TinyLlama, Yi.
///
/// | Hugging Face | GGUF | |
/// |---|---|---|
/// | `model.embed_tokens` | `token_embd` | |
/// | `model.layers.N.input_layernorm` | `blk.N.attn_norm` | |
/// | `model.layers.N.self_attn.q_proj`, `k_proj` | `blk.N.attn_q`, `attn_k` | rotary rows permuted |
/// | `model.layers.N.self_attn.v_proj`, `o_proj` | `blk.N.attn_v`, `attn_output` | |
/// | `model.layers.N.post_attention_layernorm` | `blk.N.ffn_norm` | |
/// | `model.layers.N.mlp.gate_proj`, `up_proj`, `down_proj` | `blk.N.ffn_gate`, `ffn_up`, `ffn_down` | |
/// | `model.norm` | `output_norm` | |
/// | `lm_head` | `output` | absent when tied |
/// | (LLaMA 3 rotary scaling) | `rope_freqs` | computed |
///
/// Meta's own files have other names, and their rotary rows lie in pairs already, as in a GGUF:
///
/// | Meta | GGUF |
/// |---|---|
/// | `tok_embeddings`, `norm`, `output` | `token_embd`, `output_norm`, `output` |
/// | `layers.N.attention_norm`, `ffn_norm` | `blk.N.attn_norm`, `ffn_norm` |
/// | `layers.N.attention.wq`, `wk`, `wv`, `wo` | `blk.N.attn_q`, `attn_k`, `attn_v`, `attn_output` |
/// | `layers.N.feed_forward.w1`, `w2`, `w3` | `blk.N.ffn_gate`, `ffn_down`, `ffn_up` |
///
/// Deliberate difference from the reference: `llama.attention.sliding_window` is written for
/// Mistral, whose PyTorch implementation honours the window; llama.cpp loads the file and ignores
/// it.
final class Llama implements Architecture {
  @Override
  public String id() {
    return "llama";
  }

  @Override
  public List<String> classNames() {
    return List.of(
        "LlamaForCausalLM",
        "LLaMAForCausalLM",
        "MistralForCausalLM",
        "LlamaModel",
        "InternLM3ForCausalLM");
  }

  @Override
  public String proof() {
    return "files equal the reference converter's to the byte, but for the window of Mistral that it leaves out";
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    boolean mistral = config.optionalText("model_type").orElse("").equals("mistral");
    Defaults defaults =
        Defaults.of(config)
            .sizes(32, 4096, mistral ? 14336 : 11008, 32, 32000)
            .set("max_position_embeddings", mistral ? 131072 : 2048)
            .set("rms_norm_eps", 1e-6)
            .set("tie_word_embeddings", false)
            .ropeTheta(10000.0);
    if (mistral) {
      defaults.set("num_key_value_heads", 8).unlessNull("sliding_window", 4096);
    }
    return defaults.completeHeadLength();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).usualRope().silu().context("max_position_embeddings");
    parameters
        .usual()
        .count("vocab_size", "vocab_size")
        .count("rope.dimension_count", "head_dim")
        .optionalCount("attention.sliding_window", "sliding_window");
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    return LlamaRules.withMetasNames(LlamaRules.of(config), is)
        .blocks(
            "layers.{layer}.",
            TensorRule.matrix("feed_forward.w1", "ffn_gate", is.hidden(), is.feedForward()),
            TensorRule.matrix("feed_forward.w2", "ffn_down", is.feedForward(), is.hidden()),
            TensorRule.matrix("feed_forward.w3", "ffn_up", is.hidden(), is.feedForward()))
        .map(checkpoint);
  }
}
