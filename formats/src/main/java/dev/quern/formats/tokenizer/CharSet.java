package dev.quern.formats.tokenizer;

import java.lang.Character.UnicodeScript;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/// A set of code points as a regex writes it: ranges, general categories, white space and nested
/// sets, perhaps negated. Categories are those of the running JDK's Unicode version.
final class CharSet {
  /// White space beyond ASCII: the Unicode property `White_Space`.
  private static final String WIDE_SPACES =
      "\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
          + "\u2028\u2029\u202f\u205f\u3000";

  private final Contents contents;
  private final boolean negated;
  private final int[] firsts;
  private final int[] lasts;
  private final long low;
  private final long high;

  private CharSet(Contents contents, boolean negated) {
    this.contents = contents;
    this.negated = negated;
    this.firsts = contents.ranges.keySet().stream().mapToInt(Integer::intValue).toArray();
    this.lasts = contents.ranges.values().stream().mapToInt(Integer::intValue).toArray();
    long first = 0;
    long second = 0;
    for (int c = 0; c < 64; c++) {
      first |= test(c) ? 1L << c : 0;
      second |= test(c + 64) ? 1L << c : 0;
    }
    this.low = first;
    this.high = second;
  }

  /// What a set holds before it is negated.
  ///
  /// @param ranges first to last code point, not touching each other
  /// @param categories a bit for each general category
  /// @param space whether white space is in it
  /// @param scripts the scripts in it
  /// @param nested other sets in it
  /// @param within sets that limit it
  private record Contents(
      TreeMap<Integer, Integer> ranges,
      int categories,
      boolean space,
      List<UnicodeScript> scripts,
      List<CharSet> nested,
      List<CharSet> within) {}

  /// Collects the contents of a set.
  static final class Builder {
    private final TreeMap<Integer, Integer> ranges = new TreeMap<>();
    private int categories;
    private boolean space;
    private final List<UnicodeScript> scripts = new ArrayList<>();
    private final List<CharSet> nested = new ArrayList<>();
    private final List<CharSet> within = new ArrayList<>();

    Builder range(int first, int last) {
      int from = first;
      int to = last;
      while (true) {
        Integer key = ranges.floorKey(to + 1);
        if (key == null || ranges.getOrDefault(key, -1) < from - 1) {
          break;
        }
        from = Math.min(from, key);
        to = Math.max(to, ranges.getOrDefault(key, -1));
        ranges.remove(key);
      }
      ranges.put(from, to);
      return this;
    }

    Builder category(int mask) {
      categories |= mask;
      return this;
    }

    Builder whiteSpace() {
      space = true;
      return this;
    }

    Builder script(UnicodeScript script) {
      scripts.add(script);
      return this;
    }

    /// Adds what `other` holds.
    Builder union(CharSet other) {
      if (other.negated || !other.contents.within.isEmpty()) {
        nested.add(other);
        return this;
      }
      other.contents.ranges.forEach(this::range);
      categories |= other.contents.categories;
      space |= other.contents.space;
      scripts.addAll(other.contents.scripts);
      nested.addAll(other.contents.nested);
      return this;
    }

    /// Keeps only what `other` holds too.
    Builder intersect(CharSet other) {
      within.add(other);
      return this;
    }

    CharSet build(boolean negated) {
      Contents contents =
          new Contents(
              new TreeMap<>(ranges),
              categories,
              space,
              scripts.stream().distinct().sorted().toList(),
              List.copyOf(nested),
              List.copyOf(within));
      return new CharSet(contents, negated);
    }
  }

  boolean contains(int c) {
    if (c < 64) {
      return (low >>> c & 1) != 0;
    }
    return c < 128 ? (high >>> c & 1) != 0 : test(c);
  }

  /// Whether no code point is in both.
  boolean isDisjoint(CharSet other) {
    if (excludes(other) || other.excludes(this)) {
      return true;
    }
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (contains(c) && other.contains(c)) {
        return false;
      }
    }
    return true;
  }

  /// Whether it is seen without trying that this leaves out all of `other`: `[^\r\n\p{L}\p{N}]` and
  /// `\p{L}`.
  private boolean excludes(CharSet other) {
    return negated
        && contents.within.isEmpty()
        && !other.negated
        && (other.contents.categories & ~contents.categories) == 0
        && (contents.space || !other.contents.space)
        && contents.ranges.entrySet().containsAll(other.contents.ranges.entrySet())
        && contents.scripts.containsAll(other.contents.scripts)
        && contents.nested.containsAll(other.contents.nested);
  }

  private boolean test(int c) {
    return negated != testContents(c);
  }

  private boolean testContents(int c) {
    if (!testUnion(c)) {
      return false;
    }
    for (CharSet limit : contents.within) {
      if (!limit.contains(c)) {
        return false;
      }
    }
    return true;
  }

  private boolean testUnion(int c) {
    if ((contents.categories >>> Character.getType(c) & 1) != 0
        || (contents.space && isWhiteSpace(c))) {
      return true;
    }
    if (inRanges(c)) {
      return true;
    }
    if (!contents.scripts.isEmpty() && contents.scripts.contains(UnicodeScript.of(c))) {
      return true;
    }
    for (CharSet set : contents.nested) {
      if (set.contains(c)) {
        return true;
      }
    }
    return false;
  }

  private boolean inRanges(int c) {
    int at = Arrays.binarySearch(firsts, c);
    return at >= 0 || (at < -1 && c <= lasts[-at - 2]);
  }

  static boolean isWhiteSpace(int c) {
    if (c < 128) {
      return c == ' ' || (c >= 9 && c <= 13);
    }
    return c <= 0x3000 && WIDE_SPACES.indexOf(c) >= 0;
  }

  /// The members, if the set is nothing but at most `limit` listed code points.
  List<Integer> listed(int limit) {
    List<Integer> members = new ArrayList<>();
    if (negated
        || contents.categories != 0
        || contents.space
        || !contents.scripts.isEmpty()
        || !contents.nested.isEmpty()
        || !contents.within.isEmpty()) {
      return members;
    }
    for (int first : contents.ranges.keySet()) {
      for (int c = first; c <= contents.ranges.getOrDefault(first, -1); c++) {
        if (members.size() == limit) {
          return List.of();
        }
        members.add(c);
      }
    }
    return members;
  }

  /// The set in a form that does not depend on how it was written.
  String canonical() {
    StringBuilder text = new StringBuilder(negated ? "[^" : "[");
    contents.ranges.forEach(
        (first, last) ->
            text.append(Integer.toHexString(first))
                .append('-')
                .append(Integer.toHexString(last))
                .append(' '));
    text.append(contents.categories == 0 ? "" : "c" + Integer.toHexString(contents.categories));
    text.append(contents.space ? "s" : "");
    contents.scripts.forEach(text::append);
    contents.nested.stream().map(CharSet::canonical).sorted().forEach(text::append);
    contents.within.stream()
        .map(CharSet::canonical)
        .sorted()
        .map("&"::concat)
        .forEach(text::append);
    return text.append(']').toString();
  }
}
