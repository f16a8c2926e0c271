package dev.quern.formats.sentencepiece;

import dev.quern.formats.sentencepiece.SentencePieceModel.Normalization;
import dev.quern.formats.subwords.CharacterMap.Match;
import dev.quern.formats.subwords.CharacterTrie;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What SentencePiece does with a text before it cuts it: characters are replaced, spaces tidied,
/// and written as U+2581. The texts of user-defined pieces stay as they are.
final class SentencePieceNormalizer {
  private static final String ESCAPED = "▁";

  /// No text in a character map has more characters.
  private static final int WINDOW = 32;

  private final Normalization rules;
  private final CharacterTrie kept;
  private final String space;

  /// A normalizer by `rules` that leaves the texts in `kept` alone.
  SentencePieceNormalizer(Normalization rules, CharacterTrie kept) {
    this.rules = rules;
    this.kept = kept;
    this.space = rules.escapeSpaces() ? ESCAPED : " ";
  }

  /// The normalized `text`.
  String apply(String text) {
    Cursor in = new Cursor(text);
    if (rules.removeExtraSpaces()) {
      while (in.next() && in.replacement.equals(" ")) {
        in.skip();
      }
    }
    if (!in.next()) {
      return "";
    }
    StringBuilder out = new StringBuilder(text.length() + 8);
    if (rules.spacePrefix() && !rules.spaceBehind()) {
      out.append(space);
    }
    replaceAll(in, out);
    while (rules.removeExtraSpaces() && endsWith(out, space)) {
      out.setLength(out.length() - space.length());
    }
    if (rules.spacePrefix() && rules.spaceBehind()) {
      out.append(space);
    }
    return out.toString();
  }

  private void replaceAll(Cursor in, StringBuilder out) {
    boolean afterSpace = rules.removeExtraSpaces();
    while (in.next()) {
      String part = in.replacement;
      while (afterSpace && part.startsWith(" ")) {
        part = part.substring(1);
      }
      if (!part.isEmpty()) {
        out.append(part.replace(" ", space));
        afterSpace = part.endsWith(" ");
      }
      afterSpace &= rules.removeExtraSpaces();
      in.skip();
    }
  }

  private static boolean endsWith(StringBuilder text, String end) {
    return text.length() >= end.length() && text.lastIndexOf(end) == text.length() - end.length();
  }

  /// Goes through a text by what is replaced together.
  private final class Cursor {
    private final String text;
    private int at;
    private int length;
    private String replacement = "";

    Cursor(String text) {
      this.text = text;
    }

    /// Finds what comes next, if something does.
    boolean next() {
      if (at == text.length()) {
        return false;
      }
      int end = kept.longest(text, at);
      if (end < 0) {
        end = replaced();
      } else {
        replacement = text.substring(at, end);
      }
      length = end - at;
      return true;
    }

    void skip() {
      at += length;
    }

    private int replaced() {
      int end = text.offsetByCodePoints(at, 1);
      if (!rules.characters().isEmpty()) {
        byte[] utf8 = text.substring(at, windowEnd()).getBytes(StandardCharsets.UTF_8);
        @Nullable Match match = rules.characters().match(utf8, 0, utf8.length, true);
        if (match != null) {
          replacement = match.replacement();
          byte[] taken = Arrays.copyOf(utf8, match.length());
          return at + new String(taken, StandardCharsets.UTF_8).length();
        }
      }
      replacement = text.substring(at, end);
      return end;
    }

    private int windowEnd() {
      int end = Math.min(text.length(), at + WINDOW);
      return end < text.length() && Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end;
    }
  }
}
