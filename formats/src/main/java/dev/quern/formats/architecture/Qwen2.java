package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// Qwen 1.5, 2 and 2.5: a LLaMA with biases on queries, keys and values, whose rotary rows stay in
/// halves.
final class Qwen2 implements Architecture {
  @Override
  public String id() {
    return "qwen2";
  }

  @Override
  public List<String> classNames() {
    return List.of("Qwen2ForCausalLM", "Qwen2Model");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(32, 4096, 22016, 32, 151936)
        .set("max_position_embeddings", 32768)
        .set("rms_norm_eps", 1e-6)
        .set("tie_word_embeddings", false)
        .set("sliding_window", 4096)
        .ropeTheta(10000.0)
        .completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).usualRope().silu();
    parameters.usual();
    long first = WindowPatterns.firstOfQwen(config);
    WindowPatterns.writeQwens(config, parameters, block -> block >= first);
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    return LlamaRules.halves(config).map(checkpoint);
  }
}
