package dev.quern.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What goes on from a prompt, printed as it is made if it is to be seen.
final class Continuation {
  private final PrintWriter out;
  private final boolean shown;
  private final Utf8Stream stream;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final List<Integer> tokens = new ArrayList<>();

  Continuation(PrintWriter out, boolean shown) {
    this.out = out;
    this.shown = shown;
    this.stream = new Utf8Stream(out);
  }

  /// Prints what it goes on from.
  void begin(String prompt) {
    if (shown) {
      out.print(prompt);
      out.flush();
    }
  }

  /// Adds a token, which stands for `piece` in UTF-8, perhaps a part of a character.
  void add(int token, byte[] piece) {
    tokens.add(token);
    bytes.writeBytes(piece);
    if (shown) {
      stream.write(piece);
    }
  }

  /// Prints a replacement for a character that was never finished.
  void end() {
    if (shown) {
      stream.end();
    }
  }

  List<Integer> tokens() {
    return tokens;
  }

  String text() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
