package dev.quern.verifier;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A model whose next token depends on the last one alone, by a table, so that every figure can be
/// worked out by hand. Remembers what it was fed.
final class BigramModel implements LogitsSource {
  private final float[][] rows;

  /// The tokens that were fed since each start.
  final List<List<Integer>> fed = new ArrayList<>();

  /// The positions of which logits were wanted, since each start.
  final List<List<Integer>> asked = new ArrayList<>();

  /// A model that puts logits `rows[t]` after token `t`.
  BigramModel(float[]... rows) {
    this.rows = rows;
  }

  /// A model with the same next-token probabilities after every token.
  static BigramModel constant(double... probabilities) {
    float[] row = new float[probabilities.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = (float) Math.log(probabilities[i]);
    }
    float[][] rows = new float[row.length][];
    Arrays.fill(rows, row);
    return new BigramModel(rows);
  }

  @Override
  public int vocabularySize() {
    return rows[0].length;
  }

  @Override
  public void start() {
    fed.add(new ArrayList<>());
    asked.add(new ArrayList<>());
  }

  @Override
  public void feed(int[] tokens, int from, int count, int wanted, float[] logits) {
    for (int i = 0; i < count; i++) {
      int slot = i - (count - wanted);
      if (slot >= 0) {
        asked.getLast().add(fed.getLast().size());
        int size = vocabularySize();
        System.arraycopy(rows[tokens[from + i]], 0, logits, slot * size, size);
      }
      fed.getLast().add(tokens[from + i]);
    }
  }
}
