package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// Baichuan 7B and 13B, 1 and 2: a LLaMA with queries, keys and values in one matrix, one after
/// another; the model of 40 blocks uses ALiBi, as its readers know.
///
/// | Hugging Face (`model.` before) | GGUF | |
/// |---|---|---|
/// | `lm_head` | `output` | of Baichuan 2 with rows of length one |
/// | as a LLaMA, and `layers.N.self_attn.W_pack` | `blk.N.attn_q`, `attn_k`, `attn_v` | divided, rotary rows permuted |
///
/// Deliberate difference from the reference: Baichuan 2 normalizes the rows of its output matrix
/// whenever it runs, which readers of its files do not; they are written so.
final class Baichuan implements Architecture {
  /// The vocabulary of Baichuan 2, by which alone its class can be told from that of the first.
  private static final int SECOND_VOCABULARY = 125_696;

  @Override
  public String id() {
    return "baichuan";
  }

  @Override
  public List<String> classNames() {
    return List.of("BaichuanForCausalLM", "BaiChuanForCausalLM");
  }

  @Override
  public String proof() {
    return "files equal those of the reference converter once it is repaired";
  }

  @Override
  public String proofOfRun() {
    return "logits those of LLaMA in PyTorch on the same weights, and llama.cpp's";
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(32, 4096, 11008, 32, 64000)
        .set("tie_word_embeddings", false)
        .set("rms_norm_eps", 1e-6)
        .complete();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).silu();
    parameters
        .usual()
        .text("tensor_data_layout", "Meta AI original pth")
        .count(
            "rope.dimension_count",
            config.integer("hidden_size") / config.integer("num_attention_heads"));
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    long rows = 3L * is.query();
    Transform pairs = new Transform.PermuteRotary(is.heads());
    TensorRules rules = LlamaRules.top(is);
    if (is.vocabulary() == SECOND_VOCABULARY) {
      rules.top(
          TensorRule.matrix("lm_head", "output", is.hidden(), is.vocabulary())
              .with(new Transform.UnitRows()));
    }
    return rules
        .blocks("layers.{layer}.", LlamaRules.norms(is))
        .blocks("layers.{layer}.", LlamaRules.gated(is))
        .blocks(
            "layers.{layer}.",
            TensorRule.matrix("self_attn.W_pack", "", is.hidden(), rows)
                .divided(
                    new TensorRule.Part("attn_q", third(rows, 0).then(pairs)),
                    new TensorRule.Part("attn_k", third(rows, 1).then(pairs)),
                    new TensorRule.Part("attn_v", third(rows, 2))),
            TensorRule.matrix("self_attn.o_proj", "attn_output", is.query(), is.hidden()))
        .map(checkpoint);
  }

  private static Transform third(long rows, int number) {
    return new Transform.TakeRows(rows, number * rows / 3, rows / 3);
  }
}
