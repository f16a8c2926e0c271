package dev.quern.formats.tokenizer.source;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Writes the regexes of `tokenizer.json`, which are in Oniguruma's dialect of Ruby's, as the JDK
/// wants them.
///
/// What differs: `^` and `$` are ends of lines, `{n,m}+` repeats a repetition, `\h` is a
/// hexadecimal digit, `\v` a vertical tab, `(?m:` lets the dot match line ends, `\p{^…}` negates,
/// scripts have no prefix, and classes such as `\s` mean all of Unicode.
final class OnigurumaRegex {
  private static final Map<String, String> LONG_NAMES =
      Map.of(
          "letter", "L",
          "mark", "M",
          "number", "N",
          "punctuation", "P",
          "symbol", "S",
          "separator", "Z",
          "other", "C");

  /// What `\w` matches: letters and their like, marks, digits and connectors.
  private static final String WORD = "\\p{IsAlphabetic}\\p{M}\\p{Nd}\\p{Pc}";

  /// What it also matches when it is not in a class.
  private static final String LATIN_NUMBERS = "\\u00b2\\u00b3\\u00b9\\u00bc-\\u00be";

  private static final Set<String> POSIX =
      Set.of(
          "Alpha", "Digit", "Alnum", "Upper", "Lower", "Punct", "Graph", "Print", "Blank", "Cntrl",
          "XDigit", "Space");

  private final String text;
  private final StringBuilder out = new StringBuilder();
  private final Deque<Integer> groups = new ArrayDeque<>();
  private int at;
  private int depth;
  private int atom;

  private OnigurumaRegex(String text) {
    this.text = text;
  }

  /// The pattern that `text` writes.
  ///
  /// @throws PatternSyntaxException if it is none
  static Pattern compile(String text) {
    int flags = Pattern.UNICODE_CHARACTER_CLASS | Pattern.MULTILINE | Pattern.UNIX_LINES;
    return Pattern.compile(new OnigurumaRegex(text).translate(), flags);
  }

  private String translate() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\') {
        startAtom();
        escape();
      } else if (depth > 0) {
        inClass(c);
      } else {
        outside(c);
      }
    }
    return out.toString();
  }

  private void startAtom() {
    if (depth == 0) {
      atom = out.length();
    }
  }

  private void copy(int count) {
    out.append(text, at, at + count);
    at += count;
  }

  private void inClass(char c) {
    if (text.startsWith("[:", at) && text.indexOf(":]", at) > 0) {
      int end = text.indexOf(":]", at);
      posix(text.substring(at + 2, end));
      at = end + 2;
      return;
    }
    if (c == '[') {
      open();
      return;
    }
    if (c == ']') {
      depth--;
    }
    copy(1);
  }

  private void posix(String name) {
    boolean negated = name.startsWith("^");
    String plain = negated ? name.substring(1) : name;
    if (plain.equals("punct")) {
      out.append(negated ? "[^\\p{P}\\p{S}]" : "\\p{P}\\p{S}");
      return;
    }
    out.append(negated ? "\\P{" : "\\p{");
    out.append(plain.substring(0, 1).toUpperCase(Locale.ROOT)).append(plain.substring(1));
    out.append('}');
  }

  private void open() {
    startAtom();
    depth++;
    copy(1);
    if (text.startsWith("^", at)) {
      copy(1);
    }
    if (text.startsWith("]", at)) {
      out.append('\\');
      copy(1);
    }
  }

  private void outside(char c) {
    switch (c) {
      case '[' -> open();
      case '(' -> {
        groups.push(out.length());
        group();
      }
      case ')' -> {
        atom = groups.isEmpty() ? out.length() : groups.pop();
        copy(1);
      }
      case '{' -> braces();
      case '?', '*', '+', '|' -> copy(1);
      default -> {
        startAtom();
        copy(Character.charCount(text.codePointAt(at)));
      }
    }
  }

  private void group() {
    copy(1);
    if (!text.startsWith("?", at)) {
      return;
    }
    copy(1);
    while (at < text.length() && "imx-".indexOf(text.charAt(at)) >= 0) {
      out.append(text.charAt(at) == 'm' ? 's' : text.charAt(at));
      at++;
    }
  }

  /// A repetition in braces; `+` after it repeats it.
  private void braces() {
    int end = text.indexOf('}', at);
    if (end < 0 || !text.substring(at + 1, end).matches("[0-9]*,?[0-9]*")) {
      out.append('\\');
      copy(1);
      return;
    }
    out.append(text.startsWith("{,", at) ? "{0" : "{");
    at++;
    copy(end + 1 - at);
    if (text.startsWith("+", at)) {
      out.insert(atom, "(?:").append(")");
      copy(1);
    }
  }

  private void escape() {
    if (at + 1 == text.length()) {
      throw new PatternSyntaxException("an escape without a character", text, at);
    }
    char c = text.charAt(at + 1);
    switch (c) {
      case 'h', 'H' -> replace(c == 'h' ? "\\p{XDigit}" : "\\P{XDigit}");
      case 'v' -> replace("\\x0B");
      case 'w' -> replace(depth > 0 ? WORD : "[" + WORD + LATIN_NUMBERS + "]");
      case 'W' -> replace("[^" + WORD + (depth > 0 ? "]" : LATIN_NUMBERS + "]"));
      case 'p', 'P' -> property(c);
      default -> copy(1 + Character.charCount(text.codePointAt(at + 1)));
    }
  }

  private void replace(String other) {
    out.append(other);
    at += 2;
  }

  private void property(char letter) {
    int end = text.indexOf('}', at);
    if (!text.startsWith("{", at + 2) || end < 0) {
      throw new PatternSyntaxException("a property without a name in braces", text, at);
    }
    String name = text.substring(at + 3, end);
    boolean negated = letter == 'P';
    if (name.startsWith("^")) {
      negated = !negated;
      name = name.substring(1);
    }
    String category = LONG_NAMES.getOrDefault(name.toLowerCase(Locale.ROOT), name);
    out.append(negated ? "\\P{" : "\\p{");
    boolean prefixed = category.length() > 2 && !POSIX.contains(category);
    out.append(prefixed ? "Is" : "").append(category).append('}');
    at = end + 1;
  }
}
