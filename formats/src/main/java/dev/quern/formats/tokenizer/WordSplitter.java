package dev.quern.formats.tokenizer;

import static dev.quern.formats.tokenizer.PreTokenizer.CUTS_BEFORE_THREES;
import static dev.quern.formats.tokenizer.PreTokenizer.DIGITS_OF_A_WORD_IN_THREES;
import static dev.quern.formats.tokenizer.PreTokenizer.NUMBERS_IN_THREES;

import dev.quern.formats.subwords.IntList;
import java.util.function.IntPredicate;

/// One step of a pre-tokenizer at work.
interface WordSplitter {
  /// Splits `text` between `from` and `to` and adds the end of each piece to `ends`.
  void split(String text, int from, int to, IntList ends);

  /// What does what the regex `step` asks for.
  static WordSplitter of(String step) {
    int numbers = Categories.mask("N");
    return switch (step) {
      case NUMBERS_IN_THREES ->
          new DigitGroups(c -> (numbers >>> Character.getType(c) & 1) != 0, false, false);
      case DIGITS_OF_A_WORD_IN_THREES -> new DigitGroups(Character::isDigit, true, false);
      case CUTS_BEFORE_THREES -> new DigitGroups(Character::isDigit, false, true);
      default -> SplitPattern.compile(RegexParser.parse(step))::split;
    };
  }

  /// Cuts runs of digits into groups of three, counted from the right.
  ///
  /// @param digit what counts as a digit
  /// @param wordEnd whether only runs are cut that no letter follows
  /// @param onlyBefore whether groups of three are cut off before them only, not after the last
  record DigitGroups(IntPredicate digit, boolean wordEnd, boolean onlyBefore)
      implements WordSplitter {
    @Override
    public void split(String text, int from, int to, IntList ends) {
      int pieceStart = from;
      int at = from;
      while (at < to) {
        int run = run(text, at, to);
        if (run == 0) {
          at += Character.charCount(text.codePointAt(at));
          continue;
        }
        int after = text.offsetByCodePoints(at, run);
        if (!wordEnd || after == to || !isWord(text.codePointAt(after))) {
          pieceStart = cut(text, pieceStart, at, run, ends);
        }
        at = after;
      }
      if (to > pieceStart) {
        ends.add(to);
      }
    }

    /// Cuts the run of `run` digits at `at` and gives the start of the piece that is still open.
    private int cut(String text, int pieceStart, int at, int run, IntList ends) {
      int start = pieceStart;
      int next = at;
      for (int left = run; left > 0; left -= left % 3 == 0 ? 3 : left % 3) {
        if (next > start && (!onlyBefore || left % 3 == 0)) {
          ends.add(next);
          start = next;
        }
        next = text.offsetByCodePoints(next, left % 3 == 0 ? 3 : left % 3);
      }
      if (!onlyBefore) {
        ends.add(next);
        start = next;
      }
      return start;
    }

    private int run(String text, int from, int to) {
      int count = 0;
      int at = from;
      while (at < to) {
        int c = text.codePointAt(at);
        if (!digit.test(c)) {
          break;
        }
        at += Character.charCount(c);
        count++;
      }
      return count;
    }

    private static boolean isWord(int c) {
      return (Categories.WORD >>> Character.getType(c) & 1) != 0;
    }
  }
}
