package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// InternLM 2 and 2.5: a LLaMA with queries, keys and values in one matrix, by groups of heads.
///
/// | Hugging Face (`model.` before) | GGUF | |
/// |---|---|---|
/// | `tok_embeddings`, `norm`, `output` | `token_embd`, `output_norm`, `output` | |
/// | `layers.N.attention_norm`, `ffn_norm` | `blk.N.attn_norm`, `ffn_norm` | |
/// | `layers.N.attention.wqkv` | `blk.N.attn_q`, `attn_k`, `attn_v` | ungrouped, divided, rotary rows permuted |
/// | `layers.N.attention.wo` | `blk.N.attn_output` | |
/// | `layers.N.feed_forward.w1`, `w3`, `w2` | `blk.N.ffn_gate`, `ffn_up`, `ffn_down` | |
final class InternLm2 implements Architecture {
  @Override
  public String id() {
    return "internlm2";
  }

  @Override
  public List<String> classNames() {
    return List.of("InternLM2ForCausalLM");
  }

  @Override
  public String proofOfRun() {
    return "logits those of LLaMA in PyTorch on the same weights, and llama.cpp's";
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(32, 4096, 11008, 32, 103168)
        .set("max_position_embeddings", 2048)
        .set("tie_word_embeddings", false)
        .set("rms_norm_eps", 1e-6)
        .completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).rope(List.of("default", "linear", "dynamic")).silu();
    parameters.usual();
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    return new TensorRules(is.layers())
        .prefixes("model.", "")
        .top(
            TensorRule.matrix("tok_embeddings", "token_embd", is.hidden(), is.vocabulary()),
            TensorRule.vector("norm", "output_norm", is.hidden()),
            TensorRule.matrix("output", "output", is.hidden(), is.vocabulary())
                .optionalIf(is.tied()))
        .blocks(
            "layers.{layer}.",
            TensorRule.vector("attention_norm", "attn_norm", is.hidden()),
            TensorRule.vector("ffn_norm", "ffn_norm", is.hidden()),
            fused(is),
            TensorRule.matrix("attention.wo", "attn_output", is.query(), is.hidden()),
            TensorRule.matrix("feed_forward.w1", "ffn_gate", is.hidden(), is.feedForward()),
            TensorRule.matrix("feed_forward.w3", "ffn_up", is.hidden(), is.feedForward()),
            TensorRule.matrix("feed_forward.w2", "ffn_down", is.feedForward(), is.hidden()))
        .map(checkpoint);
  }

  private static TensorRule fused(Dimensions is) {
    Transform heads =
        new Transform.UngroupHeads(is.keyValueHeads(), is.heads() / is.keyValueHeads());
    Transform queries = new Transform.TakeRows(is.fused(), 0, is.query());
    Transform keys = new Transform.TakeRows(is.fused(), is.query(), is.keyValue());
    Transform values =
        new Transform.TakeRows(is.fused(), is.query() + is.keyValue(), is.keyValue());
    return TensorRule.matrix("attention.wqkv", "", is.hidden(), is.fused())
        .divided(
            new TensorRule.Part(
                "attn_q", heads.then(queries).then(new Transform.PermuteRotary(is.heads()))),
            new TensorRule.Part(
                "attn_k", heads.then(keys).then(new Transform.PermuteRotary(is.keyValueHeads()))),
            new TensorRule.Part("attn_v", heads.then(values)));
  }
}
