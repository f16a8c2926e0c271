package dev.quern.formats.architecture;

import dev.quern.formats.architecture.BlockTraits.Rotary;
import dev.quern.formats.architecture.BlockTraits.RotaryStyle;

/// Reads how positions turn queries and keys.
///
/// | key                     | meaning                                                        |
/// |-------------------------|----------------------------------------------------------------|
/// | `rope.dimension_count`  | elements of a head that are turned                             |
/// | `rope.freq_base`        | base, 10000 if absent                                          |
/// | `rope.scaling.*`        | `type` none, linear, yarn or longrope; `factor` and their numbers |
/// | `rope.scaling.yarn_attn_factor` | what YaRN's sines and cosines are multiplied with, in place of what follows from the factor |
final class RotaryReader {
  private static final int LONGEST = 1 << 30;

  private final TraitsReader reader;

  RotaryReader(TraitsReader reader) {
    this.reader = reader;
  }

  Rotary read(RotaryStyle style, int keyLength) {
    int dimensions = reader.count("rope.dimension_count", keyLength, keyLength);
    if (dimensions % 2 != 0) {
      throw reader.malformed(
          "rope.dimension_count", "is " + dimensions + ", an even number is wanted");
    }
    float base = reader.optionalPositive("rope.freq_base").orElse(10000f);
    return new Rotary(style, dimensions, base, scaling());
  }

  private RotaryScaling scaling() {
    // files from before rope.scaling.type have the factor alone
    float old = reader.optionalPositive("rope.scale_linear").orElse(1f);
    String type = reader.optionalText("rope.scaling.type").orElse(old == 1 ? usual() : "linear");
    float factor = reader.optionalPositive("rope.scaling.factor").orElse(old);
    return switch (type) {
      case "none" -> new RotaryScaling.None();
      case "linear" -> new RotaryScaling.Linear(factor);
      case "yarn" -> yarn(factor);
      case "longrope" -> longRope();
      default ->
          throw reader.malformed(
              "rope.scaling.type", "is \"" + type + "\", wanted: none, linear, yarn or longrope");
    };
  }

  /// The type of a model that does not say it.
  private String usual() {
    return reader.hasTensor("rope_factors_long.weight") ? "longrope" : "none";
  }

  private RotaryScaling longRope() {
    return new RotaryScaling.LongRope(
        reader.has("rope.scaling.original_context_length")
            ? reader.count("rope.scaling.original_context_length", LONGEST)
            : reader.count("context_length", LONGEST),
        reader.optionalPositive("rope.scaling.attn_factor").orElse(1f));
  }

  private RotaryScaling yarn(float factor) {
    float magnitude = factor <= 1 ? 1 : (float) (0.1 * Math.log(factor) + 1);
    float more = reader.optionalPositive("rope.scaling.attn_factor").orElse(1f);
    return new RotaryScaling.Yarn(
        factor,
        reader.count("rope.scaling.original_context_length", LONGEST),
        reader.optionalPositive("rope.scaling.yarn_beta_fast").orElse(32f),
        reader.optionalPositive("rope.scaling.yarn_beta_slow").orElse(1f),
        reader.optionalPositive("rope.scaling.yarn_attn_factor").orElse(magnitude) * more,
        reader.flag("rope.scaling.yarn_truncate", true));
  }
}
