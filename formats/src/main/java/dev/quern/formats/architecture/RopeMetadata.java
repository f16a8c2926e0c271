package dev.quern.formats.architecture;

/// The metadata of rotary embeddings that every family with them has.
final class RopeMetadata {
  private RopeMetadata() {}

  static void write(RopeParameters rope, Hyperparameters out) {
    writeScaling(rope, out);
    rope.number("rope_theta").ifPresent(theta -> out.number("rope.freq_base", theta));
    rope.slidingTheta().ifPresent(theta -> out.number("rope.freq_base_swa", theta));
  }

  /// Writes what stretches rotary frequencies.
  static void writeScaling(RopeParameters rope, Hyperparameters out) {
    switch (rope.type()) {
      case "linear" -> scaling(rope, "linear", out);
      case "yarn" -> {
        scaling(rope, "yarn", out);
        yarn(rope, out);
      }
      case "su", "longrope" -> out.text("rope.scaling.type", "longrope");
      default -> {
        // llama3 becomes a tensor of factors; "default" and "dynamic" have no metadata
      }
    }
  }

  private static void scaling(RopeParameters rope, String type, Hyperparameters out) {
    rope.factor()
        .ifPresent(
            factor -> {
              out.text("rope.scaling.type", type);
              out.number("rope.scaling.factor", factor);
            });
  }

  private static void yarn(RopeParameters rope, Hyperparameters out) {
    if (rope.factor().isEmpty()) {
      return;
    }
    out.count(
        "rope.scaling.original_context_length",
        (long) rope.required("original_max_position_embeddings"));
    rope.flag("truncate").ifPresent(x -> out.flag("rope.scaling.yarn_truncate", x));
    rope.number("extrapolation_factor")
        .ifPresent(x -> out.number("rope.scaling.yarn_ext_factor", x));
    rope.magnitude().ifPresent(x -> out.number("rope.scaling.yarn_attn_factor", x));
    rope.number("beta_fast").ifPresent(x -> out.number("rope.scaling.yarn_beta_fast", x));
    rope.number("beta_slow").ifPresent(x -> out.number("rope.scaling.yarn_beta_slow", x));
  }
}
