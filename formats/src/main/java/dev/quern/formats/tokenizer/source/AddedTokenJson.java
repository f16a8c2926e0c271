package dev.quern.formats.tokenizer.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.json.JsonFile;
import dev.quern.formats.tokenizer.source.AddedVocabulary.Token;

/// Added tokens as JSON has them.
final class AddedTokenJson {
  private AddedTokenJson() {}

  static Token read(JsonFile file, JsonNode node, String place) {
    boolean special = flag(file, node, place, "special", false);
    return new Token(
        file.text(file.object(node, place).path("content"), place + ".content"),
        special,
        flag(file, node, place, "single_word", false),
        flag(file, node, place, "lstrip", false),
        flag(file, node, place, "rstrip", false),
        flag(file, node, place, "normalized", !special));
  }

  private static boolean flag(
      JsonFile file, JsonNode node, String place, String name, boolean otherwise) {
    return file.flag(node.path(name), place + "." + name, otherwise);
  }
}
