package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// SmolLM 3: a LLaMA that turns nothing in every fourth block, which readers of its files know.
final class SmolLm3 implements Architecture {
  @Override
  public String id() {
    return "smollm3";
  }

  @Override
  public List<String> classNames() {
    return List.of("SmolLM3ForCausalLM");
  }

  @Override
  public ModelConfig complete(ModelConfig config) {
    return Defaults.of(config)
        .sizes(36, 2048, 11008, 16, 128256)
        .set("num_key_value_heads", 4)
        .set("max_position_embeddings", 32768)
        .set("tie_word_embeddings", true)
        .set("rms_norm_eps", 1e-6)
        .ropeTheta(2000000.0)
        .completeHeads();
  }

  @Override
  public void describe(ModelConfig config, Hyperparameters parameters) {
    Limits.of(config).usualRope().silu().flag("use_sliding_window", false);
    checkUnturned(config);
    parameters
        .usual()
        .count("vocab_size", "vocab_size")
        .count("rope.dimension_count", Dimensions.of(config).headLength());
  }

  @Override
  public TensorMap map(ModelConfig config, Checkpoint checkpoint) {
    return LlamaRules.of(config).map(checkpoint);
  }

  private static void checkUnturned(ModelConfig config) {
    List<Long> turned = config.integers("no_rope_layers");
    for (int layer = 0; layer < turned.size(); layer++) {
      if ((turned.get(layer) != 0) != ((layer + 1) % 4 != 0)) {
        throw new MalformedFileException(
            config.file(),
            "no_rope_layers[%d] is %d, which a GGUF of this architecture has no way to say; it means 0 for every fourth"
                .formatted(layer, turned.get(layer)));
      }
    }
  }
}
