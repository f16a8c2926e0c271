package dev.quern.formats.tokenizer;

import dev.quern.formats.subwords.CharacterTrie;
import dev.quern.formats.subwords.IntList;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// RWKV's vocabulary of byte strings, written with escapes: the longest token that begins the rest
/// of the text is taken, again and again.
final class RwkvModel implements TextModel {
  private final CharacterTrie tokens;
  private final int unknown;

  /// The model; `unknown` is the token for a byte that begins none.
  RwkvModel(Vocabulary vocabulary, int unknown) {
    this.unknown = unknown;
    this.tokens = new CharacterTrie(8 * vocabulary.size());
    for (int id = 0; id < vocabulary.size(); id++) {
      String bytes = new String(unescape(vocabulary.text(id)), StandardCharsets.ISO_8859_1);
      if (!bytes.isEmpty()) {
        tokens.put(bytes, id);
      }
    }
  }

  @Override
  public void encode(String text, boolean first, IntList out) {
    String bytes = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    int at = 0;
    while (at < bytes.length()) {
      int node = CharacterTrie.ROOT;
      int id = unknown;
      int end = at + 1;
      for (int next = at; next < bytes.length(); next++) {
        node = tokens.child(node, bytes.charAt(next));
        if (node == CharacterTrie.NONE) {
          break;
        }
        if (tokens.value(node) != CharacterTrie.NONE) {
          id = tokens.value(node);
          end = next + 1;
        }
      }
      out.add(id);
      at = end;
    }
  }

  @Override
  public byte[] decode(String tokenText) {
    return unescape(tokenText);
  }

  /// The bytes that `text` writes: `\t`, `\n`, `\r`, `\x` and two digits, and any other character
  /// after a backslash for itself.
  private static byte[] unescape(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int i = 0;
    while (i < utf8.length) {
      if (utf8[i] != '\\' || i + 1 == utf8.length) {
        out.write(utf8[i++]);
        continue;
      }
      i++;
      switch (utf8[i]) {
        case 't' -> out.write('\t');
        case 'n' -> out.write('\n');
        case 'r' -> out.write('\r');
        case 'x' -> {
          int high = i + 2 < utf8.length ? Character.digit(utf8[i + 1], 16) : -1;
          int low = high < 0 ? -1 : Character.digit(utf8[i + 2], 16);
          out.write(low < 0 ? 'x' : high << 4 | low);
          i += low < 0 ? 0 : 2;
        }
        default -> out.write(utf8[i]);
      }
      i++;
    }
    return out.toByteArray();
  }
}
