package dev.quern.formats.tokenizer.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.json.JsonFile;
import dev.quern.formats.subwords.Ideographs;
import java.text.Normalizer.Form;

/// What BERT does with text first.
///
/// @param clean control characters go, white space becomes a space
/// @param ideographs spaces are put around ideographs
/// @param stripAccents accents go
/// @param lowercase text is written small
record BertNormalizer(boolean clean, boolean ideographs, boolean stripAccents, boolean lowercase)
    implements Normalizer {
  static BertNormalizer of(JsonFile file, JsonNode node) {
    boolean lowercase = file.flag(node.path("lowercase"), "normalizer.lowercase", true);
    return new BertNormalizer(
        file.flag(node.path("clean_text"), "normalizer.clean_text", true),
        file.flag(node.path("handle_chinese_chars"), "normalizer.handle_chinese_chars", true),
        file.flag(node.path("strip_accents"), "normalizer.strip_accents", lowercase),
        lowercase);
  }

  @Override
  public String apply(String text) {
    String result = clean ? cleaned(text) : text;
    result = ideographs ? spaced(result) : result;
    if (stripAccents) {
      String decomposed = java.text.Normalizer.normalize(result, Form.NFD);
      result =
          Normalizer.without(decomposed, c -> Character.getType(c) == Character.NON_SPACING_MARK);
    }
    return lowercase ? Normalizer.lowercase(result) : result;
  }

  private static String cleaned(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              boolean space = CharacterKinds.isSpace(c);
              boolean control =
                  c == 0 || c == 0xfffd || (!isPlainSpace(c) && CharacterKinds.isOther(c));
              if (!control) {
                out.appendCodePoint(space ? ' ' : c);
              }
            });
    return out.toString();
  }

  private static boolean isPlainSpace(int c) {
    return c == '\t' || c == '\n' || c == '\r';
  }

  private static String spaced(String text) {
    StringBuilder out = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (Ideographs.contain(c)) {
                out.append(' ').appendCodePoint(c).append(' ');
              } else {
                out.appendCodePoint(c);
              }
            });
    return out.toString();
  }
}
