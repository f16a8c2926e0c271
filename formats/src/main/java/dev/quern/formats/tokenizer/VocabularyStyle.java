package dev.quern.formats.tokenizer;

import dev.quern.formats.json.JsonFile;
import java.nio.file.Path;
import java.util.Set;

/// What a family's tokenizer files mean where families differ, by `model_type` of `config.json`.
enum VocabularyStyle {
  /// LLaMA and what the reference derives from it: `add_prefix_space` of the configuration counts.
  LLAMA,
  /// Added tokens are as they are listed, and `tokenizer.json` lists some, too.
  PHI3,
  /// As PHI3; a piece of a zero character, unused pieces by name, and a chat's own end.
  INTERNLM2,
  /// Everything else.
  PLAIN;

  private static final Set<String> LIKE_LLAMA =
      Set.of(
          "",
          "llama",
          "mistral",
          "ministral",
          "mixtral",
          "granite",
          "granitemoe",
          "granitemoeshared",
          "smollm3",
          "arcee",
          "apertus");

  static VocabularyStyle of(Path folder) {
    String type =
        JsonFile.readIfThere(folder.resolve("config.json"))
            .map(config -> config.root().path("model_type").asText(""))
            .orElse("");
    return switch (type) {
      case "phi3" -> PHI3;
      case "internlm2" -> INTERNLM2;
      default -> LIKE_LLAMA.contains(type) ? LLAMA : PLAIN;
    };
  }

  /// Whether `tokenizer.json` adds to what a SentencePiece model has, and listed tokens are taken
  /// as they are.
  boolean takesListsAsTheyAre() {
    return this == PHI3 || this == INTERNLM2;
  }
}
