package dev.quern.formats.tokenizer.source;

import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Finds the places in a text that a pattern matches.
interface Matches {
  /// Hands matches and what lies between them to `out`, in order.
  void find(String text, SplitBehavior.Collector out);

  /// The places of exactly `wanted`.
  static Matches literal(String wanted) {
    return (text, out) -> {
      int from = 0;
      int at = wanted.isEmpty() ? -1 : text.indexOf(wanted);
      while (at >= 0) {
        if (at > from) {
          out.add(from, at, false);
        }
        from = at + wanted.length();
        out.add(at, from, true);
        at = text.indexOf(wanted, from);
      }
      if (from < text.length()) {
        out.add(from, text.length(), false);
      }
    };
  }

  /// Each character that passes `test`.
  static Matches characters(IntPredicate test) {
    return (text, out) -> {
      int from = 0;
      int width;
      for (int at = 0; at < text.length(); at += width) {
        int c = text.codePointAt(at);
        width = Character.charCount(c);
        if (test.test(c)) {
          if (at > from) {
            out.add(from, at, false);
          }
          from = at + width;
          out.add(at, from, true);
        }
      }
      if (from < text.length()) {
        out.add(from, text.length(), false);
      }
    };
  }

  /// The matches of `pattern`.
  static Matches regex(Pattern pattern) {
    return (text, out) -> {
      Matcher matcher = pattern.matcher(text);
      int from = 0;
      int at = 0;
      while (next(matcher, at)) {
        if (matcher.start() > from) {
          out.add(from, matcher.start(), false);
        }
        out.add(matcher.start(), matcher.end(), true);
        from = matcher.end();
        boolean stands = from == matcher.start() && from < text.length();
        at = stands ? from + Character.charCount(text.codePointAt(from)) : from;
        if (at == text.length()) {
          break;
        }
      }
      if (from < text.length()) {
        out.add(from, text.length(), false);
      }
    };
  }

  private static boolean next(Matcher matcher, int from) {
    try {
      return matcher.find(from);
    } catch (StackOverflowError e) {
      throw new IllegalArgumentException(
          "the regex \"" + matcher.pattern() + "\" matches more at once than can be kept track of",
          e);
    }
  }
}
