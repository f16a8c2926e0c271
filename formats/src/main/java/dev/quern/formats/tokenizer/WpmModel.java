package dev.quern.formats.tokenizer;

import dev.quern.formats.subwords.Ideographs;
import dev.quern.formats.subwords.IntList;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;

/// WordPiece as GGUF files have it: a token that begins a word begins with U+2581. Words end at
/// white space, and punctuation and ideographs are words of their own; in each the longest token is
/// taken, then the longest that goes on, and a word that cannot be written so is unknown.
///
/// Where accents are stripped, Hangul syllables are taken apart, as the tokenizers of BERT do it;
/// llama.cpp leaves them whole.
final class WpmModel implements TextModel {
  private static final char SPACE = '▁';
  private static final int PUNCTUATION = Categories.mask("P");
  private static final int SYMBOL = Categories.mask("S");
  private static final int CONTROL = Categories.mask("C") & ~Categories.mask("Cn");
  private static final int MARK = Categories.mask("M");

  private final Vocabulary vocabulary;
  private final int unknown;
  private final boolean lowercase;
  private final boolean stripAccents;
  private final int longest;

  WpmModel(Vocabulary vocabulary, int unknown, boolean lowercase, boolean stripAccents) {
    this.vocabulary = vocabulary;
    this.unknown = unknown;
    this.lowercase = lowercase;
    this.stripAccents = stripAccents;
    int length = 0;
    for (int id = 0; id < vocabulary.size(); id++) {
      length = Math.max(length, vocabulary.text(id).length());
    }
    this.longest = length;
  }

  private static boolean is(int mask, int c) {
    return (mask >>> Character.getType(c) & 1) != 0;
  }

  @Override
  public void encode(String text, boolean first, IntList out) {
    String input = stripAccents ? Normalizer.normalize(text, Normalizer.Form.NFD) : text;
    StringBuilder word = new StringBuilder();
    int width;
    for (int at = 0; at < input.length(); at += width) {
      int c = input.codePointAt(at);
      width = Character.charCount(c);
      if (CharSet.isWhiteSpace(c)) {
        finish(word, out);
        continue;
      }
      if (c == 0 || c == 0xfffd || is(CONTROL, c) || (stripAccents && is(MARK, c))) {
        continue;
      }
      boolean alone = is(PUNCTUATION, c) || (c < 0x7f && is(SYMBOL, c)) || Ideographs.contain(c);
      if (alone) {
        finish(word, out);
      }
      word.appendCodePoint(lowercase ? Character.toLowerCase(c) : c);
      if (alone) {
        finish(word, out);
      }
    }
    finish(word, out);
  }

  private void finish(StringBuilder word, IntList out) {
    if (word.isEmpty()) {
      return;
    }
    String text = SPACE + word.toString();
    word.setLength(0);
    IntList pieces = new IntList(8);
    int at = 0;
    while (at < text.length()) {
      int end = Math.min(text.length(), at + longest);
      while (end > at && vocabulary.id(text.substring(at, end)) < 0) {
        end--;
      }
      if (end == at) {
        out.add(unknown);
        return;
      }
      pieces.add(vocabulary.id(text.substring(at, end)));
      at = end;
    }
    out.addAll(pieces.toArray());
  }

  @Override
  public byte[] decode(String tokenText) {
    return tokenText.replace(SPACE, ' ').getBytes(StandardCharsets.UTF_8);
  }
}
