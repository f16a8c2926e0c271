package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// StarCoder 2: norms and biases of GPT-2, attention of LLaMA with rotary rows in halves.
///
/// Deliberate difference from the reference: `starcoder2.attention.sliding_window` is written,
/// which PyTorch honours.
final class StarCoder2 implements Architecture {
  @Override
  public String id() {
    return "starcoder2";
  }

  @Override
  public List<String> classNames() {
    return List.of("Starcoder2ForCausalLM");
  }

  @Override
  public String proof() {
    return "files equal the reference converter's to the byte, but for the window that it leaves out";
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(30, 3072, 12288, 24, 49152)
        .set("num_key_value_heads", 2)
        .set("max_position_embeddings", 4096)
        .set("norm_epsilon", 1e-5)
        .set("tie_word_embeddings", true)
        .ropeTheta(10000.0)
        .complete();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).ropeWithoutFactors().gelu();
    parameters.usual().optionalCount("attention.sliding_window", "sliding_window");
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    Dimensions is = Dimensions.of(config).rotary(config);
    Transform keep = new Transform.Keep();
    return LlamaRules.top(is)
        .blocks("layers.{layer}.", LlamaRules.attention(is, keep, keep))
        .blocks("layers.{layer}.", LlamaRules.norms(is))
        .blocks(
            "layers.{layer}.",
            TensorRule.matrix("mlp.c_fc", "ffn_up", is.hidden(), is.feedForward()),
            TensorRule.matrix("mlp.c_proj", "ffn_down", is.feedForward(), is.hidden()))
        .map(checkpoint);
  }
}
