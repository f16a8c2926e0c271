package dev.quern.formats.tokenizer;

import static dev.quern.formats.tokenizer.PreTokenizer.DIGIT_GROUPS;
import static dev.quern.formats.tokenizer.PreTokenizer.DIGIT_GROUPS_OF_A_WORD;

/// One step of a pre-tokenizer at work.
interface WordSplitter {
  /// Splits `text` between `from` and `to` and adds the end of each piece to `ends`.
  void split(String text, int from, int to, IntList ends);

  /// What does what the regex `step` asks for.
  static WordSplitter of(String step) {
    return switch (step) {
      case DIGIT_GROUPS -> (text, from, to, ends) -> groupDigits(text, from, to, false, ends);
      case DIGIT_GROUPS_OF_A_WORD ->
          (text, from, to, ends) -> groupDigits(text, from, to, true, ends);
      default -> SplitPattern.compile(RegexParser.parse(step))::split;
    };
  }

  /// Runs of digits become groups of three, counted from the right; with `inWords` only runs of
  /// ASCII digits that no letter follows.
  private static void groupDigits(String text, int from, int to, boolean inWords, IntList ends) {
    int pieceStart = from;
    int at = from;
    while (at < to) {
      int run = digits(text, at, to, inWords);
      int after = text.offsetByCodePoints(at, run);
      if (run == 0) {
        at += Character.charCount(text.codePointAt(at));
        continue;
      }
      if (!inWords || after == to || !isWord(text.codePointAt(after))) {
        if (at > pieceStart) {
          ends.add(at);
        }
        int end = text.offsetByCodePoints(at, run % 3);
        if (end > at) {
          ends.add(end);
        }
        while (end < after) {
          end = text.offsetByCodePoints(end, 3);
          ends.add(end);
        }
        pieceStart = after;
      }
      at = after;
    }
    if (to > pieceStart) {
      ends.add(to);
    }
  }

  private static int digits(String text, int from, int to, boolean ascii) {
    int count = 0;
    int at = from;
    while (at < to) {
      int c = text.codePointAt(at);
      if (ascii ? c < '0' || c > '9' : !Character.isDigit(c)) {
        break;
      }
      at += Character.charCount(c);
      count++;
    }
    return count;
  }

  private static boolean isWord(int c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }
}
