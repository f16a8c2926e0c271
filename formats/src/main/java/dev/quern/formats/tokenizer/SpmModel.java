package dev.quern.formats.tokenizer;

import dev.quern.formats.subwords.IntList;
import dev.quern.formats.subwords.Merger;
import dev.quern.formats.subwords.ScoredMerges;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// SentencePiece merges: of all neighbours that make a token together, those whose token has the
/// highest score become one first. What makes no token is written byte by byte.
final class SpmModel implements TextModel {
  private static final char SPACE = '▁';
  private static final int LONGEST_CACHED = 64;
  private static final int MOST_CACHED = 1 << 16;

  private final Vocabulary vocabulary;
  private final boolean spacePrefix;
  private final boolean wordsAreApart;
  private final ScoredMerges merges;
  private final int[] bytes = new int[256];

  SpmModel(Vocabulary vocabulary, boolean spacePrefix) {
    this.vocabulary = vocabulary;
    this.spacePrefix = spacePrefix;
    this.wordsAreApart = wordsAreApart(vocabulary);
    this.merges = new ScoredMerges(vocabulary.texts(), vocabulary.scores(), _ -> true);
    for (int value = 0; value < 256; value++) {
      bytes[value] = byteToken(value);
    }
  }

  /// Whether no token has a space after something else, so that no merge crosses a word's start.
  private static boolean wordsAreApart(Vocabulary vocabulary) {
    for (int id = 0; id < vocabulary.size(); id++) {
      String text = vocabulary.text(id);
      for (int at = text.lastIndexOf(SPACE); at > 0; at = text.lastIndexOf(SPACE, at - 1)) {
        if (text.charAt(at - 1) != SPACE) {
          return false;
        }
      }
    }
    return true;
  }

  private int byteToken(int value) {
    int id = vocabulary.id(String.format("<0x%02X>", value));
    if (id < 0 && value < 128) {
      id = vocabulary.id(Character.toString(value));
    }
    return id >= 0 ? id : vocabulary.unknown().orElse(-1);
  }

  @Override
  public void encode(String text, boolean first, IntList out) {
    String escaped = (first && spacePrefix ? " " + text : text).replace(' ', SPACE);
    Merger merger = merges.merger();
    Map<String, int[]> cache = new HashMap<>();
    int from = 0;
    while (from < escaped.length()) {
      int to = wordsAreApart ? wordEnd(escaped, from) : escaped.length();
      encodeWord(escaped, from, to, merger, cache, out);
      from = to;
    }
  }

  private static int wordEnd(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) == SPACE) {
      at++;
    }
    int end = text.indexOf(SPACE, at);
    return end < 0 ? text.length() : end;
  }

  private void encodeWord(
      String text, int from, int to, Merger merger, Map<String, int[]> cache, IntList out) {
    if (to - from > LONGEST_CACHED) {
      mergeWord(text, from, to, merger, out);
      return;
    }
    String word = text.substring(from, to);
    int[] known = cache.get(word);
    if (known != null) {
      out.addAll(known);
      return;
    }
    int start = out.size();
    mergeWord(text, from, to, merger, out);
    if (cache.size() < MOST_CACHED) {
      cache.put(word, out.toArray(start));
    }
  }

  private void mergeWord(String text, int from, int to, Merger merger, IntList out) {
    merger.clear();
    for (int at = from; at < to; ) {
      int c = text.codePointAt(at);
      merger.add(merges.ofCharacter(c));
      at += Character.charCount(c);
    }
    merger.merge();
    for (int i = 0; i < merger.count(); i++) {
      addSymbol(merger.get(i), out);
    }
  }

  private void addSymbol(int symbol, IntList out) {
    int token = merges.token(symbol);
    if (token >= 0) {
      out.add(token);
      return;
    }
    int c = merges.character(symbol);
    for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
      if (bytes[b & 0xff] >= 0) {
        out.add(bytes[b & 0xff]);
      }
    }
  }

  @Override
  public byte[] decode(String tokenText) {
    return tokenText.replace(SPACE, ' ').getBytes(StandardCharsets.UTF_8);
  }
}
