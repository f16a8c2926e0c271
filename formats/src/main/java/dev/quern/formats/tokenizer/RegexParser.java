package dev.quern.formats.tokenizer;

import dev.quern.formats.tokenizer.Regex.Chars;
import dev.quern.formats.tokenizer.Regex.End;
import dev.quern.formats.tokenizer.Regex.Group;
import dev.quern.formats.tokenizer.Regex.Look;
import dev.quern.formats.tokenizer.Regex.Part;
import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/// Reads the regexes of `tokenizer.json`, as far as pre-tokenizers use them.
///
/// Known are alternatives, groups (`(?:`, `(?i:`, `(`), lookahead, `$`, classes with nesting and
/// `&&`, `\p{…}`, `\s \d \w` and their negations, and the greedy and possessive quantifiers.
final class RegexParser {
  private final String text;
  private int at;
  private boolean ignoreCase;

  private RegexParser(String text) {
    this.text = text;
  }

  /// The regex that `text` writes.
  ///
  /// @throws PatternSyntaxException if it is not one, or uses what is not known here
  static Regex parse(String text) {
    RegexParser parser = new RegexParser(text);
    Regex regex = parser.alternatives();
    if (parser.at < text.length()) {
      throw parser.unsupported("an unmatched )");
    }
    return regex;
  }

  private PatternSyntaxException unsupported(String what) {
    return new PatternSyntaxException("not supported: " + what, text, at);
  }

  private boolean ahead(String next) {
    return text.startsWith(next, at);
  }

  private boolean skip(String next) {
    boolean found = ahead(next);
    at += found ? next.length() : 0;
    return found;
  }

  private int take() {
    if (at == text.length()) {
      throw unsupported("an end in the middle of something");
    }
    int c = text.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  private Regex alternatives() {
    List<List<Part>> all = new ArrayList<>();
    do {
      List<Part> parts = new ArrayList<>();
      while (at < text.length() && !ahead("|") && !ahead(")")) {
        parts.add(part());
      }
      all.add(parts);
    } while (skip("|"));
    return new Regex(all);
  }

  private Regex closed() {
    Regex body = alternatives();
    if (!skip(")")) {
      throw unsupported("a group without end");
    }
    return body;
  }

  private Part part() {
    if (skip("$")) {
      return new End();
    }
    if (skip("(?=")) {
      return new Look(closed(), true);
    }
    if (skip("(?!")) {
      return new Look(closed(), false);
    }
    if (ahead("(")) {
      Regex body = group();
      Count count = count();
      return new Group(body, count.min, count.max, count.possessive);
    }
    CharSet set = atom();
    Count count = count();
    return new Chars(set, count.min, count.max, count.possessive);
  }

  private Regex group() {
    boolean outer = ignoreCase;
    if (skip("(?i:")) {
      ignoreCase = true;
    } else if (!skip("(?:")) {
      if (ahead("(?")) {
        throw unsupported("this kind of group");
      }
      skip("(");
    }
    Regex body = closed();
    ignoreCase = outer;
    return body;
  }

  /// How often a part may match.
  private record Count(int min, int max, boolean possessive) {}

  private Count count() {
    int min = 1;
    int max = 1;
    boolean braces = false;
    if (skip("?")) {
      min = 0;
    } else if (skip("*")) {
      min = 0;
      max = Regex.UNLIMITED;
    } else if (skip("+")) {
      max = Regex.UNLIMITED;
    } else if (skip("{")) {
      braces = true;
      min = ahead(",") ? 0 : number();
      max = skip(",") ? ahead("}") ? Regex.UNLIMITED : number() : min;
      if (!skip("}") || max < min) {
        throw unsupported("this quantifier");
      }
    } else {
      return new Count(1, 1, false);
    }
    if (ahead("?") || ahead("*") || (braces && ahead("+"))) {
      throw unsupported("this quantifier");
    }
    return new Count(min, max, skip("+"));
  }

  private int number() {
    int start = at;
    while (at < text.length() && at - start < 6 && Character.isDigit(text.charAt(at))) {
      at++;
    }
    if (at == start) {
      throw unsupported("this quantifier");
    }
    return Integer.parseInt(text, start, at, 10);
  }

  private CharSet atom() {
    if (skip("[")) {
      return charClass();
    }
    if (ahead("\\")) {
      CharSet.Builder one = new CharSet.Builder();
      int literal = escape(one);
      if (literal >= 0) {
        addRange(one, literal, literal);
      }
      return one.build(false);
    }
    if (ahead(".") || ahead("^") || ahead("?") || ahead("*") || ahead("+") || ahead("{")) {
      throw unsupported("this character here");
    }
    int c = take();
    CharSet.Builder one = new CharSet.Builder();
    addRange(one, c, c);
    return one.build(false);
  }

  private CharSet charClass() {
    boolean negated = skip("^");
    CharSet.Builder set = new CharSet.Builder();
    boolean first = true;
    while (first || !ahead("]")) {
      first = false;
      if (skip("&&")) {
        set.intersect(intersected());
      } else if (ahead("[:")) {
        throw unsupported("a POSIX class");
      } else if (skip("[")) {
        set.union(charClass());
      } else {
        classItem(set);
      }
    }
    at++;
    return set.build(negated);
  }

  private CharSet intersected() {
    if (!skip("[")) {
      throw unsupported("an intersection without brackets");
    }
    return charClass();
  }

  private void classItem(CharSet.Builder set) {
    int from = ahead("\\") ? escape(set) : take();
    if (from < 0) {
      return;
    }
    int to = from;
    if (ahead("-") && !text.startsWith("]", at + 1) && !text.startsWith("[", at + 1)) {
      at++;
      to = ahead("\\") ? escape(set) : take();
      if (to < from) {
        throw unsupported("this range");
      }
    }
    addRange(set, from, to);
  }

  private void addRange(CharSet.Builder set, int from, int to) {
    set.range(from, to);
    for (int c = from; ignoreCase && c <= to; c++) {
      int upper = Character.toUpperCase(c);
      int lower = Character.toLowerCase(c);
      set.range(upper, upper).range(lower, lower);
      switch (lower) {
        case 's' -> set.range(0x17f, 0x17f); // long s folds to s
        case 'k' -> set.range(0x212a, 0x212a); // Kelvin sign
        case 0xe5 -> set.range(0x212b, 0x212b); // Angstrom sign
        default -> {}
      }
    }
  }

  /// Reads an escape: a character is returned, a set is added to `set` and gives -1.
  private int escape(CharSet.Builder set) {
    at++;
    int c = take();
    switch (c) {
      case 'r' -> c = '\r';
      case 'n' -> c = '\n';
      case 't' -> c = '\t';
      case 'f' -> c = '\f';
      case 'v' -> c = 0x0b;
      case 'u' -> c = hex(4);
      case 'x' -> c = hex(2);
      case 's', 'S', 'd', 'D', 'w', 'W', 'p', 'P' -> {
        CharSet.Builder named = new CharSet.Builder();
        switch (Character.toLowerCase(c)) {
          case 's' -> named.whiteSpace();
          case 'd' -> named.category(Categories.mask("Nd"));
          case 'w' -> named.category(Categories.WORD);
          default -> property(named);
        }
        set.union(named.build(Character.isUpperCase(c)));
        return -1;
      }
      default -> {
        if (Character.isLetterOrDigit(c)) {
          throw unsupported("this escape");
        }
      }
    }
    return c;
  }

  private int hex(int digits) {
    if (at + digits > text.length()) {
      throw unsupported("this escape");
    }
    int value = 0;
    for (int i = 0; i < digits; i++) {
      int digit = Character.digit(text.charAt(at++), 16);
      if (digit < 0) {
        throw unsupported("this escape");
      }
      value = value << 4 | digit;
    }
    return value;
  }

  private void property(CharSet.Builder set) {
    int end = text.indexOf('}', at);
    if (!skip("{") || end < 0) {
      throw unsupported("this escape");
    }
    String name = text.substring(at, end);
    at = end + 1;
    if (name.equals("Han")) {
      set.script(UnicodeScript.HAN);
      return;
    }
    int mask = Categories.mask(name);
    if (mask == 0) {
      throw unsupported("the property " + name);
    }
    set.category(mask);
  }
}
