package dev.quern.formats.tokenizer;

import dev.quern.formats.subwords.IntList;
import dev.quern.formats.tokenizer.Regex.Chars;
import dev.quern.formats.tokenizer.Regex.End;
import dev.quern.formats.tokenizer.Regex.Group;
import dev.quern.formats.tokenizer.Regex.Look;
import dev.quern.formats.tokenizer.Regex.Part;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A regex ready to split text: matches become pieces of their own, and so does what lies between.
///
/// Matching backtracks, as the regexes of tokenizers ask for it, but a repetition of characters
/// takes no stack, however long: the depth is that of the regex.
final class SplitPattern {
  /// What stands for "no match".
  private static final int NONE = -1;

  private final List<Start> starts;
  private final @Nullable CharSet run;

  private SplitPattern(List<Start> starts, @Nullable CharSet run) {
    this.starts = List.copyOf(starts);
    this.run = run;
  }

  /// Compiles `regex`.
  ///
  /// @throws IllegalArgumentException if something follows a repeated group, which would have to
  ///   backtrack into it
  static SplitPattern compile(Regex regex) {
    List<Start> starts = new ArrayList<>();
    for (List<Part> parts : regex.alternatives()) {
      starts.add(Start.of(parts));
    }
    CharSet run = null;
    if (regex.alternatives().size() == 1
        && !regex.alternatives().getFirst().isEmpty()
        && regex.alternatives().getFirst().getFirst()
            instanceof Chars(CharSet set, int min, int max, _)
        && min == 1
        && max == Regex.UNLIMITED) {
      run = set;
    }
    return new SplitPattern(starts, run);
  }

  /// Splits `text` between `from` and `to` and adds the end of each piece to `ends`.
  void split(String text, int from, int to, IntList ends) {
    int pieceStart = from;
    int at = from;
    while (at < to) {
      int end = match(text, at, to);
      if (end > at) {
        if (at > pieceStart) {
          ends.add(at);
        }
        ends.add(end);
        pieceStart = end;
        at = end;
      } else {
        at = afterFailure(text, at, to);
      }
    }
    if (to > pieceStart) {
      ends.add(to);
    }
  }

  /// Where to try next. A regex that is a run of one set and something after it fails everywhere in
  /// a run in which it failed at the start.
  private int afterFailure(String text, int at, int to) {
    int next = at + Character.charCount(text.codePointAt(at));
    if (run != null && run.contains(text.codePointAt(at))) {
      while (next < to && run.contains(text.codePointAt(next))) {
        next += Character.charCount(text.codePointAt(next));
      }
    }
    return next;
  }

  private int match(String text, int at, int to) {
    int c = text.codePointAt(at);
    for (Start start : starts) {
      if (start.mayBeginWith(c)) {
        int end = start.node.match(text, at, to);
        if (end > at) {
          return end;
        }
      }
    }
    return NONE;
  }

  /// An alternative and which ASCII characters can begin it.
  private record Start(Node node, long low, long high) {
    static Start of(List<Part> parts) {
      long low = 0;
      long high = 0;
      for (int c = 0; c < 64; c++) {
        low |= mayBegin(parts, c) ? 1L << c : 0;
        high |= mayBegin(parts, c + 64) ? 1L << c : 0;
      }
      return new Start(chain(parts, new Accept()), low, high);
    }

    private static boolean mayBegin(List<Part> parts, int c) {
      for (Part part : parts) {
        if (!(part instanceof Chars(CharSet set, int min, _, _)) || set.contains(c)) {
          return true;
        }
        if (min > 0) {
          return false;
        }
      }
      return true;
    }

    boolean mayBeginWith(int c) {
      return c >= 128 || ((c < 64 ? low : high) >>> c & 1) != 0;
    }
  }

  /// Something to match, and what comes after it; gives the end of the whole match or [#NONE].
  private sealed interface Node {
    int match(String text, int at, int to);
  }

  private static Node chain(List<Part> parts, Node after) {
    Node node = after;
    for (Part part : parts.reversed()) {
      node =
          switch (part) {
            case Chars(CharSet set, int min, int max, boolean possessive) ->
                new Run(set, min, max, possessive, node);
            case Group group -> group(group, node);
            case Look(Regex body, boolean wanted) ->
                new Ahead(new Choice(choices(body, new Accept())), wanted, node);
            case End() -> new AtEnd(node);
          };
    }
    return node;
  }

  private static Node group(Group group, Node after) {
    if (group.possessive()) {
      throw new IllegalArgumentException("a possessive group is not supported");
    }
    if (group.max() == 1) {
      List<Node> choices = new ArrayList<>(choices(group.body(), after));
      if (group.min() == 0) {
        choices.add(after);
      }
      return new Choice(choices);
    }
    if (!(after instanceof Accept)) {
      throw new IllegalArgumentException("a repeated group must be the last part of its sequence");
    }
    return new Loop(new Choice(choices(group.body(), after)), group.min(), group.max());
  }

  private static List<Node> choices(Regex body, Node after) {
    return body.alternatives().stream().map(parts -> chain(parts, after)).toList();
  }

  private record Accept() implements Node {
    @Override
    public int match(String text, int at, int to) {
      return at;
    }
  }

  private record AtEnd(Node after) implements Node {
    @Override
    public int match(String text, int at, int to) {
      return at == to ? after.match(text, at, to) : NONE;
    }
  }

  private record Ahead(Node body, boolean wanted, Node after) implements Node {
    @Override
    public int match(String text, int at, int to) {
      return body.match(text, at, to) >= 0 == wanted ? after.match(text, at, to) : NONE;
    }
  }

  private record Choice(List<Node> choices) implements Node {
    @Override
    public int match(String text, int at, int to) {
      for (Node choice : choices) {
        int end = choice.match(text, at, to);
        if (end >= 0) {
          return end;
        }
      }
      return NONE;
    }
  }

  /// A group again and again; nothing follows, so that the first way to match is the right one.
  private record Loop(Node body, int min, int max) implements Node {
    @Override
    public int match(String text, int at, int to) {
      int end = at;
      for (int count = 0; count < max; count++) {
        int next = body.match(text, end, to);
        if (next <= end) {
          return count < min ? NONE : end;
        }
        end = next;
      }
      return end;
    }
  }

  private record Run(CharSet set, int min, int max, boolean possessive, Node after)
      implements Node {
    @Override
    public int match(String text, int at, int to) {
      int end = at;
      int count = 0;
      while (count < max && end < to) {
        int c = text.codePointAt(end);
        if (!set.contains(c)) {
          break;
        }
        end += Character.charCount(c);
        count++;
      }
      if (count < min) {
        return NONE;
      }
      int found = after.match(text, end, to);
      while (found < 0 && count > min && !possessive) {
        end -= Character.charCount(text.codePointBefore(end));
        count--;
        found = after.match(text, end, to);
      }
      return found;
    }
  }
}
