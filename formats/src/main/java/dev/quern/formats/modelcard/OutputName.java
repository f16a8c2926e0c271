package dev.quern.formats.modelcard;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The file name that a model gets if nobody names it: `Mistral-7B-Instruct-v0.3-Q4_K_M`.
///
/// Follows GGUF's naming convention. Since parts may come from a model card, blank ones are left
/// out, what would make a path or is no character to print becomes a dash, and the whole is cut at
/// [#LONGEST] bytes.
final class OutputName {
  /// Bytes of the longest name, which leaves room for suffixes in the 255 of common file systems.
  static final int LONGEST = 200;

  private OutputName() {}

  /// The name without `.gguf`.
  ///
  /// @param texts what is known of the model
  /// @param type how the weights are stored, such as `Q4_K_M`
  /// @param kind what else than a model it is, such as `LoRA`; empty for a model
  static String of(Map<TextField, String> texts, String type, String kind) {
    StringBuilder name = new StringBuilder(part(texts.get(TextField.BASENAME)));
    if (name.isEmpty()) {
      name.append(part(texts.get(TextField.NAME)));
    }
    if (name.isEmpty()) {
      name.append("ggml-model");
    }
    append(name, texts.get(TextField.SIZE_LABEL));
    append(name, texts.get(TextField.FINETUNE));
    append(name, texts.get(TextField.VERSION));
    return cut(name.toString(), type.toUpperCase(Locale.ROOT), kind);
  }

  private static String cut(String name, String type, String kind) {
    StringBuilder suffix = new StringBuilder();
    append(suffix, type);
    append(suffix, kind);
    int room = LONGEST - bytes(suffix.toString());
    int end = Math.min(name.length(), Math.max(room, 1));
    while (end > 1 && bytes(name.substring(0, end)) > room) {
      end = name.offsetByCodePoints(end, -1);
    }
    return name.substring(0, end) + suffix;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void append(StringBuilder name, @Nullable String text) {
    String part = part(text);
    if (!part.isEmpty()) {
      name.append('-').append(part);
    }
  }

  private static String part(@Nullable String text) {
    if (text == null) {
      return "";
    }
    return text.strip().replaceAll("[ /\\\\:\\p{Cntrl}]", "-");
  }
}
