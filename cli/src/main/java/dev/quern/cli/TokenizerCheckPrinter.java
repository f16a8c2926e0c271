package dev.quern.cli;

import dev.quern.formats.tokenizer.source.TokenizerCheck;
import dev.quern.formats.tokenizer.source.TokenizerDifference;
import dev.quern.formats.tokenizer.source.TokenizerDifference.Token;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;

/// Prints how a GGUF and its source cut text for somebody at a terminal.
final class TokenizerCheckPrinter {
  private final PrintWriter out;

  TokenizerCheckPrinter(PrintWriter out) {
    this.out = out;
  }

  void print(TokenizerCheck.Result result) {
    result.differences().forEach(difference -> print("differs", difference));
    result
        .inexpressible()
        .forEach(difference -> print("differs as GGUF cannot say it better", difference));
    out.printf(
        "%d texts, %d tokens: %s%n",
        result.texts(),
        result.tokens(),
        result.differences().isEmpty()
            ? "equal"
            : result.differences().size() + " texts are different");
  }

  /// Prints one difference, and the tokens of both sides.
  void print(String what, TokenizerDifference difference) {
    out.printf(
        "%s: %s, at token %d: %s%n",
        what, difference.where(), difference.index(), quoted(difference.around()));
    out.printf("  source %s%n", tokens(difference.source()));
    out.printf("  GGUF   %s%n", tokens(difference.gguf()));
  }

  private static String tokens(List<Token> tokens) {
    return tokens.stream()
        .map(token -> token.id() + " " + quoted(token.text()))
        .collect(Collectors.joining(", "));
  }

  /// The text with what a terminal would not show as it is written out.
  private static String quoted(String text) {
    StringBuilder shown = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '\n' -> shown.append("\\n");
                case '\r' -> shown.append("\\r");
                case '\t' -> shown.append("\\t");
                case '"' -> shown.append("\\\"");
                default -> {
                  if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                    shown.append("\\u{%x}".formatted(c));
                  } else {
                    shown.appendCodePoint(c);
                  }
                }
              }
            });
    return shown.append('"').toString();
  }
}
