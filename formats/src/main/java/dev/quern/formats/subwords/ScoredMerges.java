package dev.quern.formats.subwords;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/// Merging by score: of all neighbours that make a token together, those whose token has the
/// highest score become one first, of equal ones the leftmost.
public final class ScoredMerges {
  private final Map<String, Integer> ids = new HashMap<>();
  private final int count;
  private final MergeTable merges;
  private final Map<Integer, Integer> characters = new HashMap<>();
  private final List<Integer> others = new ArrayList<>();

  /// The merges that make those of `texts` that pass `merged`; the index of a text is its id.
  ///
  /// @param scores the score of each
  public ScoredMerges(List<String> texts, float[] scores, IntPredicate merged) {
    this.count = texts.size();
    int length = 0;
    for (int id = 0; id < count; id++) {
      if (merged.test(id)) {
        ids.putIfAbsent(texts.get(id), id);
        length += texts.get(id).length();
      }
    }
    this.merges = new MergeTable(length / 2);
    ids.keySet().forEach(this::addCharacters);
    int[] ranks = ranks(scores);
    for (int id = 0; id < count; id++) {
      if (merged.test(id)) {
        addMerges(texts.get(id), id, ranks[id]);
      }
    }
  }

  /// Characters that are no token get a symbol behind the tokens.
  private void addCharacters(String text) {
    text.codePoints()
        .forEach(
            c -> {
              if (!characters.containsKey(c)) {
                Integer id = ids.get(Character.toString(c));
                if (id == null) {
                  id = count + others.size();
                  others.add(c);
                }
                characters.put(c, id);
              }
            });
  }

  /// The place of each score among all scores, the highest first.
  private static int[] ranks(float[] scores) {
    TreeSet<Float> sorted = new TreeSet<>();
    for (float score : scores) {
      sorted.add(score + 0f); // -0 equals 0
    }
    Map<Float, Integer> places = new HashMap<>();
    sorted.descendingSet().forEach(score -> places.put(score, places.size()));
    int[] ranks = new int[scores.length];
    for (int id = 0; id < ranks.length; id++) {
      ranks[id] = places.getOrDefault(scores[id] + 0f, 0);
    }
    return ranks;
  }

  private void addMerges(String text, int id, int rank) {
    for (int at = text.offsetByCodePoints(0, 1);
        at < text.length();
        at = text.offsetByCodePoints(at, 1)) {
      int left = symbol(text.substring(0, at));
      int right = symbol(text.substring(at));
      if (left >= 0 && right >= 0) {
        merges.add(left, right, rank, id);
      }
    }
  }

  private int symbol(String text) {
    int c = text.codePointAt(0);
    return text.length() == Character.charCount(c)
        ? characters.getOrDefault(c, -1)
        : ids.getOrDefault(text, -1);
  }

  /// A workspace that merges.
  public Merger merger() {
    return new Merger(merges);
  }

  /// The symbol of the character `c`, to be merged; negative for one that no token has.
  public int ofCharacter(int c) {
    return characters.getOrDefault(c, -1 - c);
  }

  /// The token of `symbol`, or -1 if it is a character that is none.
  public int token(int symbol) {
    return symbol < count ? Math.max(symbol, -1) : -1;
  }

  /// The character of a `symbol` that is no token.
  public int character(int symbol) {
    return symbol < 0 ? -1 - symbol : others.get(symbol - count);
  }

  /// The token with exactly this text, or -1.
  public int id(String text) {
    return ids.getOrDefault(text, -1);
  }
}
