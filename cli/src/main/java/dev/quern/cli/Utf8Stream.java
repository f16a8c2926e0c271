package dev.quern.cli;

import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Prints UTF-8 that comes in pieces which may end inside a character.
final class Utf8Stream {
  private final PrintWriter out;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private byte[] left = new byte[0];

  Utf8Stream(PrintWriter out) {
    this.out = out;
  }

  /// Prints a piece as far as its characters are whole.
  void write(byte[] piece) {
    print(piece, false);
  }

  /// Prints a replacement for a character that was never finished.
  void end() {
    print(new byte[0], true);
  }

  private void print(byte[] piece, boolean last) {
    ByteBuffer bytes = ByteBuffer.allocate(left.length + piece.length);
    bytes.put(left).put(piece).flip();
    CharBuffer chars = CharBuffer.allocate(bytes.remaining() + 1);
    decoder.decode(bytes, chars, last);
    left = new byte[bytes.remaining()];
    bytes.get(left);
    out.print(chars.flip());
    out.flush();
  }
}
