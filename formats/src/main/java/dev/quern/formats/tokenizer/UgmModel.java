package dev.quern.formats.tokenizer;

import dev.quern.formats.subwords.CharacterMap;
import dev.quern.formats.subwords.CharacterMap.Match;
import dev.quern.formats.subwords.CharacterTrie;
import dev.quern.formats.subwords.IntList;
import dev.quern.formats.subwords.TokenType;
import dev.quern.formats.subwords.Unigram;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A unigram model: characters are replaced by a map, spaces written as U+2581, and of all ways to
/// cut the text the one with the largest sum of scores is taken. Unknown characters in a row are
/// one token.
final class UgmModel implements TextModel {
  private static final char SPACE = '▁';
  private static final float PENALTY = 10;

  /// No text in a character map has more characters.
  private static final int WINDOW = 32;

  private final int unknown;
  private final Spaces spaces;
  private final CharacterMap characters;
  private final CharacterTrie kept = new CharacterTrie(64);
  private final Unigram model;

  /// What becomes of spaces.
  ///
  /// @param prefix whether one is put before the first word
  /// @param merge whether several in a row are one, and none is at the ends
  record Spaces(boolean prefix, boolean merge) {}

  UgmModel(Vocabulary vocabulary, int unknown, Spaces spaces, CharacterMap characters) {
    this.unknown = unknown;
    this.spaces = spaces;
    this.characters = characters;
    CharacterTrie pieces = new CharacterTrie(8 * vocabulary.size());
    double[] scores = new double[vocabulary.size()];
    float least = Float.MAX_VALUE;
    for (int id = 0; id < scores.length; id++) {
      TokenType type = vocabulary.type(id);
      scores[id] = type == TokenType.USER_DEFINED ? 0 : vocabulary.score(id);
      if (type == TokenType.NORMAL) {
        least = Math.min(least, vocabulary.score(id));
      }
      if (type == TokenType.NORMAL || type == TokenType.USER_DEFINED || type == TokenType.UNUSED) {
        pieces.put(vocabulary.text(id), id);
      }
      if (type == TokenType.USER_DEFINED) {
        kept.put(vocabulary.text(id), id);
      }
    }
    this.model = new Unigram(pieces, scores, unknown, least - PENALTY, false);
  }

  @Override
  public void encode(String text, boolean first, IntList out) {
    IntList ids = new IntList(text.length() / 3);
    model.encode(normalize(text), ids, new IntList(text.length() / 3));
    for (int i = 0; i < ids.size(); i++) {
      if (ids.get(i) != unknown || i == 0 || ids.get(i - 1) != unknown) {
        out.add(ids.get(i));
      }
    }
  }

  private String normalize(String text) {
    StringBuilder out = new StringBuilder(text.length() + 8);
    boolean prefixed = false;
    boolean inWord = false;
    int at = 0;
    while (at < text.length()) {
      int end = kept.longest(text, at);
      String part = end < 0 ? null : text.substring(at, end);
      if (part == null) {
        Match match = match(text, at);
        end = match == null ? text.offsetByCodePoints(at, 1) : at + taken(text, at, match);
        part = match == null ? text.substring(at, end) : match.replacement();
      }
      for (int i = 0; i < part.length(); i++) {
        if (part.charAt(i) == ' ') {
          inWord = false;
          out.append(spaces.merge ? "" : "▁");
          continue;
        }
        if (!inWord && ((spaces.prefix && !prefixed) || spaces.merge)) {
          out.append(SPACE);
          prefixed = true;
        }
        inWord = true;
        out.append(part.charAt(i));
      }
      at = end;
    }
    return out.toString();
  }

  private @org.jspecify.annotations.Nullable Match match(String text, int at) {
    if (characters.isEmpty()) {
      return null;
    }
    byte[] utf8 = window(text, at);
    return characters.match(utf8, 0, utf8.length, true);
  }

  private static byte[] window(String text, int at) {
    int end = Math.min(text.length(), at + WINDOW);
    if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(at, end).getBytes(StandardCharsets.UTF_8);
  }

  private static int taken(String text, int at, Match match) {
    byte[] bytes = Arrays.copyOf(window(text, at), match.length());
    return new String(bytes, StandardCharsets.UTF_8).length();
  }

  @Override
  public byte[] decode(String tokenText) {
    return tokenText.replace(SPACE, ' ').getBytes(StandardCharsets.UTF_8);
  }
}
