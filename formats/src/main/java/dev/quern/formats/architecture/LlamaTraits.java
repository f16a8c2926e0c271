package dev.quern.formats.architecture;

import dev.quern.formats.ModelView;
import dev.quern.formats.architecture.BlockTraits.Activation;
import dev.quern.formats.architecture.BlockTraits.Attention;
import dev.quern.formats.architecture.BlockTraits.FeedForward;
import dev.quern.formats.architecture.BlockTraits.Norm;
import dev.quern.formats.architecture.BlockTraits.NormKind;
import dev.quern.formats.architecture.BlockTraits.Residual;
import dev.quern.formats.architecture.BlockTraits.Rotary;
import dev.quern.formats.architecture.BlockTraits.RotaryStyle;
import dev.quern.formats.architecture.BlockTraits.WindowPattern;

/// The traits of the llama family: LLaMA 1 to 3, Mistral, TinyLlama and what derives from them.
///
/// | key (after `llama.`)              | meaning                                               |
/// |-----------------------------------|-------------------------------------------------------|
/// | `block_count`, `context_length`   | blocks, positions                                     |
/// | `embedding_length`                | hidden length                                         |
/// | `feed_forward_length`             | rows of `ffn_gate` and `ffn_up`                       |
/// | `attention.head_count`(`_kv`)     | heads; without `_kv` as many                          |
/// | `attention.key_length`            | head length, hidden length / heads if absent          |
/// | `attention.value_length`          | the same for values                                   |
/// | `attention.layer_norm_rms_epsilon`| epsilon of the norms                                  |
/// | `attention.sliding_window`        | window, 0 or absent for none                          |
/// | `rope.dimension_count`            | elements of a head that are turned                    |
/// | `rope.freq_base`                  | base, 10000 if absent                                 |
/// | `rope.scaling.*`                  | `type` none, linear or yarn; `factor` and YaRN's numbers |
final class LlamaTraits {
  private static final String ARCHITECTURE = "llama";

  private static final int MANY = 1 << 20;
  private static final int LONGEST = 1 << 30;

  private LlamaTraits() {}

  /// Reads and checks the hyper-parameters of `view`.
  ///
  /// @throws dev.quern.formats.MalformedFileException if one is missing or makes no sense
  static DecoderTraits read(ModelView view) {
    TraitsReader reader = new TraitsReader(view, ARCHITECTURE);
    if (reader.countOrZero("expert_count", MANY) > 0) {
      throw reader.malformed("expert_count", "is set, but mixtures of experts cannot be run yet");
    }
    int hidden = reader.count("embedding_length", MANY);
    Attention attention = attention(reader, hidden);
    int feedForward = reader.count("feed_forward_length", 1 << 24);
    BlockTraits block =
        new BlockTraits(
            new Norm(NormKind.RMS, reader.positive("attention.layer_norm_rms_epsilon")),
            attention,
            rotary(reader, attention.keyLength()),
            new FeedForward(Activation.SILU, true, feedForward),
            Residual.SEQUENTIAL);
    return new DecoderTraits(
        ARCHITECTURE,
        reader.count("block_count", MANY),
        reader.count("context_length", LONGEST),
        hidden,
        block);
  }

  private static Attention attention(TraitsReader reader, int hidden) {
    int heads = reader.count("attention.head_count", MANY);
    int keyValueHeads = reader.count("attention.head_count_kv", MANY, heads);
    if (heads % keyValueHeads != 0) {
      throw reader.malformed(
          "attention.head_count",
          "is " + heads + ", not a multiple of " + keyValueHeads + " (head_count_kv)");
    }
    if (!reader.has("attention.key_length") && hidden % heads != 0) {
      throw reader.malformed(
          "embedding_length",
          "is "
              + hidden
              + ", not a multiple of "
              + heads
              + " heads, and attention.key_length is missing");
    }
    int keyLength = reader.count("attention.key_length", MANY, Math.max(1, hidden / heads));
    int valueLength = reader.count("attention.value_length", MANY, keyLength);
    int window = reader.countOrZero("attention.sliding_window", Integer.MAX_VALUE);
    return new Attention(
        heads,
        keyValueHeads,
        keyLength,
        valueLength,
        (float) (1 / Math.sqrt(keyLength)),
        new WindowPattern(window == 0 ? WindowPattern.UNLIMITED : window));
  }

  private static Rotary rotary(TraitsReader reader, int keyLength) {
    int dimensions = reader.count("rope.dimension_count", keyLength, keyLength);
    if (dimensions % 2 != 0) {
      throw reader.malformed(
          "rope.dimension_count", "is " + dimensions + ", an even number is wanted");
    }
    return new Rotary(
        RotaryStyle.INTERLEAVED,
        dimensions,
        reader.optionalPositive("rope.freq_base").orElse(10000f),
        scaling(reader));
  }

  private static RotaryScaling scaling(TraitsReader reader) {
    // files from before rope.scaling.type have the factor alone
    float old = reader.optionalPositive("rope.scale_linear").orElse(1f);
    String type = reader.optionalText("rope.scaling.type").orElse(old == 1 ? "none" : "linear");
    float factor = reader.optionalPositive("rope.scaling.factor").orElse(old);
    return switch (type) {
      case "none" -> new RotaryScaling.None();
      case "linear" -> new RotaryScaling.Linear(factor);
      case "yarn" -> yarn(reader, factor);
      default ->
          throw reader.malformed(
              "rope.scaling.type", "is \"" + type + "\", wanted: none, linear or yarn");
    };
  }

  private static RotaryScaling yarn(TraitsReader reader, float factor) {
    float usual = factor <= 1 ? 1 : (float) (0.1 * Math.log(factor) + 1);
    float given =
        reader
            .optionalPositive("rope.scaling.yarn_attn_factor")
            .or(() -> reader.optionalPositive("rope.scaling.attn_factor"))
            .orElse(1f);
    return new RotaryScaling.Yarn(
        factor,
        reader.count("rope.scaling.original_context_length", LONGEST),
        reader.optionalPositive("rope.scaling.yarn_beta_fast").orElse(32f),
        reader.optionalPositive("rope.scaling.yarn_beta_slow").orElse(1f),
        usual * given);
  }
}
