package dev.quern.formats.tokenizer.source;

import java.lang.Character.UnicodeScript;
import java.util.function.Consumer;

/// Cuts where the script changes; kana count as Han, a space as any script, and what comes before
/// the first script is lost.
final class ScriptSplit implements PreTokenizer {
  @Override
  public void split(Piece piece, Consumer<Piece> out) {
    String text = piece.text();
    UnicodeScript before = UnicodeScript.UNKNOWN;
    int from = text.length();
    int width;
    for (int at = 0; at < text.length(); at += width) {
      int c = text.codePointAt(at);
      width = Character.charCount(c);
      UnicodeScript script = script(c);
      if (c == ' ' || script == UnicodeScript.UNKNOWN || script == before) {
        continue;
      }
      if (at > from) {
        out.accept(new Piece(text.substring(from, at), piece.first() && from == 0));
      }
      from = at;
      before = script;
    }
    if (from < text.length()) {
      out.accept(new Piece(text.substring(from), piece.first() && from == 0));
    }
  }

  private static UnicodeScript script(int c) {
    UnicodeScript script = UnicodeScript.of(c);
    boolean kana = script == UnicodeScript.HIRAGANA || script == UnicodeScript.KATAKANA;
    return kana || c == 0x30fc ? UnicodeScript.HAN : script;
  }
}
