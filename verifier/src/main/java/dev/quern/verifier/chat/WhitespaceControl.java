package dev.quern.verifier.chat;

/// Takes out of a template the white space that Jinja takes out, with `trim_blocks` and
/// `lstrip_blocks` on, and the signs that ask for it: what is left means the same to an engine that
/// keeps all white space.
///
/// - A minus inside a tag's delimiter takes all white space on that side.
/// - A block or comment alone at the beginning of its line takes the blanks before it, unless it
///   begins with a plus.
/// - The line feed right behind a block or comment goes, unless it ends with a plus.
/// - One line feed at the end of the template goes.
final class WhitespaceControl {
  private final String text;
  private final StringBuilder out = new StringBuilder();
  private int at;

  private WhitespaceControl(String text) {
    this.text = text;
  }

  static String apply(String template) {
    String whole =
        template.endsWith("\n") ? template.substring(0, template.length() - 1) : template;
    return new WhitespaceControl(whole).run();
  }

  private String run() {
    while (at < text.length()) {
      int tag = nextTag();
      out.append(text, at, tag);
      at = tag;
      if (tag < text.length()) {
        tag();
      }
    }
    return out.toString();
  }

  private int nextTag() {
    for (int i = at; i + 1 < text.length(); i++) {
      if (text.charAt(i) == '{' && "{%#".indexOf(text.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return text.length();
  }

  /// Copies the tag that begins here, without its signs, and the white space that it does not take.
  private void tag() {
    char kind = text.charAt(at + 1);
    boolean block = kind != '{';
    int end = end(at + 2, kind);
    int from = at + 2;
    char first = from < end ? text.charAt(from) : ' ';
    char last = end > from ? text.charAt(end - 1) : ' ';
    if (first == '-') {
      stripBefore();
    } else if (block && first != '+') {
      stripLine();
    }
    boolean signed = first == '-' || (block && first == '+');
    boolean ends = last == '-' || (block && last == '+');
    int start = signed ? from + 1 : from;
    int stop = Math.max(start, ends ? end - 1 : end);
    if (kind != '#') {
      out.append('{').append(kind).append(text, start, stop);
      out.append(block ? "%}" : "}}");
    }
    at = Math.min(text.length(), end + 2);
    if (last == '-') {
      skipBlank();
    } else if (block && last != '+' && at < text.length() && text.charAt(at) == '\n') {
      at++;
    }
  }

  /// The index of the closing delimiter, outside of strings.
  private int end(int from, char kind) {
    String close = kind == '{' ? "}}" : kind + "}";
    char quote = 0;
    int depth = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        i += c == '\\' ? 1 : 0;
        quote = c == quote ? 0 : quote;
      } else if (depth <= 0 && text.startsWith(close, i)) {
        return i;
      } else if (kind != '#' && (c == '\'' || c == '"')) {
        quote = c;
      } else if (kind == '{' && (c == '{' || c == '}')) {
        depth += c == '{' ? 1 : -1;
      }
    }
    throw new TemplateException(
        "a tag does not end: " + text.substring(from - 2).lines().findFirst().orElse(""));
  }

  private void stripBefore() {
    int length = out.length();
    while (length > 0 && Character.isWhitespace(out.charAt(length - 1))) {
      length--;
    }
    out.setLength(length);
  }

  private void stripLine() {
    int length = out.length();
    int source = at;
    while (source > 0 && isBlank(text.charAt(source - 1))) {
      source--;
    }
    if (source > 0 && text.charAt(source - 1) != '\n') {
      return;
    }
    // a tag before may have taken these blanks already
    int least = Math.max(0, length - (at - source));
    while (length > least && isBlank(out.charAt(length - 1))) {
      length--;
    }
    out.setLength(length);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private void skipBlank() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }
}
