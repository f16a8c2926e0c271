package dev.quern.formats.tokenizer.source;

import dev.quern.formats.subwords.CharacterMap;
import dev.quern.formats.subwords.CharacterMap.Match;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Replaces what SentencePiece's character map replaces, grapheme by grapheme: a short one as a
/// whole if it begins with something that is replaced, else character by character.
record PrecompiledNormalizer(CharacterMap map) implements Normalizer {
  private static final Pattern GRAPHEME = Pattern.compile("\\X");

  /// A grapheme of so many bytes is taken apart.
  private static final int LONG = 6;

  @Override
  public String apply(String text) {
    if (map.isEmpty()) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    Matcher graphemes = GRAPHEME.matcher(text);
    while (graphemes.find()) {
      String grapheme = graphemes.group();
      byte[] utf8 = grapheme.getBytes(StandardCharsets.UTF_8);
      @Nullable Match match = utf8.length < LONG ? map.match(utf8, 0, utf8.length, false) : null;
      if (match != null) {
        out.append(match.replacement());
      } else {
        grapheme.codePoints().forEach(c -> append(c, out));
      }
    }
    return out.toString();
  }

  private void append(int c, StringBuilder out) {
    byte[] utf8 = Character.toString(c).getBytes(StandardCharsets.UTF_8);
    Match match = map.match(utf8, 0, utf8.length, false);
    if (match == null) {
      out.appendCodePoint(c);
    } else {
      out.append(match.replacement());
    }
  }
}
