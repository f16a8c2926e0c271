package dev.quern.formats.adapter;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the name of a tensor in an adapter's file says.
///
/// @param module the module it belongs to, or for a replacement the tensor of the base
/// @param kind what it is there
record AdapterName(String module, Kind kind) {
  private static final String PREFIX = "base_model.model.";
  private static final Pattern PEFT =
      Pattern.compile(
          "(.+)\\.lora_(A|B|embedding_A|embedding_B|magnitude_vector)((?:\\.[^.]+)?)(\\.weight|\\.bias|)");
  private static final Pattern KOHYA =
      Pattern.compile(
          "(.+?)(?:\\.lora_|_lora\\.|\\.lora\\.)(down|up|linear_layer\\.down|linear_layer\\.up)\\.weight");
  private static final Pattern OTHER =
      Pattern.compile(
          ".*\\.(hada_\\w+|lokr_\\w+|lora_mid\\.weight|dora_scale|oft_\\w+|lora_[AB]_sparse|"
              + "ia3_l|trainable_tokens_delta|lora_ga_\\w+|lora_\\w+|diff|diff_b|w_norm|b_norm)");

  /// What a tensor is.
  enum Kind {
    DOWN,
    UP,
    BIAS,
    MAGNITUDE,
    ALPHA,
    REPLACEMENT,
    UNKNOWN
  }

  static AdapterName of(String text) {
    String name = text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : text;
    Matcher peft = PEFT.matcher(name);
    if (peft.matches()) {
      return new AdapterName(wrapped(peft.group(1)), peft(peft));
    }
    Matcher kohya = KOHYA.matcher(name);
    if (kohya.matches()) {
      Kind kind = kohya.group(2).endsWith("down") ? Kind.DOWN : Kind.UP;
      return new AdapterName(kohya.group(1), kind);
    }
    if (name.endsWith(".alpha")) {
      return new AdapterName(name.substring(0, name.length() - ".alpha".length()), Kind.ALPHA);
    }
    if (OTHER.matcher(name).matches()) {
      return new AdapterName(name, Kind.UNKNOWN);
    }
    return new AdapterName(wrapped(name), Kind.REPLACEMENT);
  }

  private static Kind peft(Matcher name) {
    boolean bias = name.group(4).equals(".bias") || name.group(3).equals(".bias");
    return switch (name.group(2)) {
      case "A", "embedding_A" -> bias ? Kind.UNKNOWN : Kind.DOWN;
      case "B" -> bias ? Kind.BIAS : Kind.UP;
      case "embedding_B" -> bias ? Kind.UNKNOWN : Kind.UP;
      default -> Kind.MAGNITUDE;
    };
  }

  /// `module` without the names of what PEFT wraps modules in.
  private static String wrapped(String module) {
    return module
        .replaceFirst("\\.modules_to_save(\\.[^.]+)?(?=\\.(weight|bias)$)", "")
        .replace(".base_layer", "");
  }
}
