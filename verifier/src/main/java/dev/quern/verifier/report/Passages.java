package dev.quern.verifier.report;

import dev.quern.formats.tokenizer.Tokenizer;
import dev.quern.verifier.Pieces;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Parts of a tokenized text as people read it. Bytes that are no character become U+FFFD.
final class Passages {
  private static final char NO_CHARACTER = '\uFFFD';

  private final Pieces pieces;
  private final Tokenizer tokenizer;

  Passages(Pieces pieces, Tokenizer tokenizer) {
    this.pieces = pieces;
    this.tokenizer = tokenizer;
  }

  /// What piece `chunk` says up to its token `position`, from at most `most` tokens before it on.
  String before(int chunk, int position, int most) {
    return text(chunk, Math.max(0, position + 1 - most), position + 1);
  }

  /// The first tokens of piece `chunk` on one line.
  String beginning(int chunk, int most) {
    return text(chunk, 0, most).replaceAll("\\s+", " ").strip();
  }

  /// What `token` stands for.
  String token(int token) {
    return new String(tokenizer.decode(token, true), StandardCharsets.UTF_8);
  }

  private String text(int chunk, int from, int to) {
    int[] tokens = pieces.piece(chunk).tokens();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = from; i < Math.min(to, tokens.length); i++) {
      bytes.writeBytes(tokenizer.decode(tokens[i]));
    }
    String text = bytes.toString(StandardCharsets.UTF_8);
    int start = 0; // the cut may have gone through a character
    while (start < text.length() && text.charAt(start) == NO_CHARACTER) {
      start++;
    }
    return text.substring(start);
  }
}
