package dev.quern.formats.tokenizer.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.json.JsonFile;
import java.util.function.Consumer;

/// Writes spaces as `replacement`, puts one before the text, and cuts before each.
///
/// @param split whether it cuts
record Metaspace(String replacement, Prefix prefix, boolean split) implements PreTokenizer {
  /// Where a space is put before the text.
  enum Prefix {
    ALWAYS,
    FIRST,
    NEVER
  }

  static Metaspace of(JsonFile file, JsonNode node) {
    String replacement = file.text(node.path("replacement"), "pre_tokenizer.replacement");
    JsonNode scheme = node.path("prepend_scheme");
    Prefix prefix;
    if (JsonFile.isMissing(scheme)) {
      boolean add =
          file.flag(node.path("add_prefix_space"), "pre_tokenizer.add_prefix_space", true);
      prefix = add ? Prefix.ALWAYS : Prefix.NEVER;
    } else {
      String name = file.text(scheme, "pre_tokenizer.prepend_scheme");
      prefix =
          switch (name) {
            case "always" -> Prefix.ALWAYS;
            case "first" -> Prefix.FIRST;
            case "never" -> Prefix.NEVER;
            default -> throw file.malformed("pre_tokenizer.prepend_scheme is \"" + name + '"');
          };
    }
    return new Metaspace(
        replacement, prefix, file.flag(node.path("split"), "pre_tokenizer.split", true));
  }

  @Override
  public void split(Piece piece, Consumer<Piece> out) {
    String text = piece.text().replace(" ", replacement);
    boolean wanted = prefix == Prefix.ALWAYS || (prefix == Prefix.FIRST && piece.first());
    if (wanted && !text.startsWith(replacement)) {
      text = replacement + text;
    }
    Piece whole = new Piece(text, piece.first());
    if (split) {
      SplitBehavior.Collector parts =
          new SplitBehavior.Collector(SplitBehavior.MERGED_WITH_NEXT, false, whole, out);
      Matches.literal(replacement).find(text, parts);
      parts.finish();
    } else {
      out.accept(whole);
    }
  }
}
