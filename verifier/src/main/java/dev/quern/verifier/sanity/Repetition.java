package dev.quern.verifier.sanity;

import dev.quern.verifier.LogitsSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whether greedy generation runs in circles: the mark of weights that were damaged in a way that
/// no single figure shows.
///
/// A text runs in circles if its last tokens are one and the same piece of at most eight tokens,
/// over and over. Some models do so by nature, random weights nearly always, so a candidate is held
/// against its source.
public final class Repetition {
  private static final int TOKENS = 64;
  private static final int CIRCLING = 40;
  private static final int LONGEST_PERIOD = 8;

  private Repetition() {}

  /// A finding if `candidate` runs in circles for most of `prompts` and `source` for none.
  public static Optional<Finding> compare(
      LogitsSource candidate, LogitsSource source, List<int[]> prompts) {
    long here = prompts.stream().filter(prompt -> circles(candidate, prompt)).count();
    if (2 * here <= prompts.size()) {
      return Optional.empty();
    }
    long there = prompts.stream().filter(prompt -> circles(source, prompt)).count();
    String problem =
        "greedy generation runs in circles for %d of %d prompts, the source's for %d"
            .formatted(here, prompts.size(), there);
    return Optional.of(
        there == 0 ? Finding.fault("generation", problem) : Finding.note("generation", problem));
  }

  private static boolean circles(LogitsSource model, int[] prompt) {
    return isCircling(greedy(model, prompt));
  }

  /// The tokens that follow `prompt` if the likeliest is always taken.
  static int[] greedy(LogitsSource model, int[] prompt) {
    float[] logits = new float[model.vocabularySize()];
    int[] made = new int[TOKENS];
    model.start();
    model.feed(prompt, 0, prompt.length, 1, logits);
    for (int i = 0; i < TOKENS; i++) {
      made[i] = LogitsSource.likeliest(logits);
      if (i + 1 < TOKENS) {
        model.feed(made, i, 1, 1, logits);
      }
    }
    return made;
  }

  /// True if the last forty of `tokens` repeat a piece of at most eight.
  static boolean isCircling(int[] tokens) {
    for (int period = 1; period <= LONGEST_PERIOD; period++) {
      int same = 0;
      for (int i = tokens.length - 1; i >= period && tokens[i] == tokens[i - period]; i--) {
        same++;
      }
      if (same >= CIRCLING - period) {
        return true;
      }
    }
    return false;
  }

  /// Up to `count` prompts of `length` tokens, spread over `text`.
  public static List<int[]> prompts(int[] text, int count, int length) {
    List<int[]> prompts = new ArrayList<>();
    int step = Math.max(length, text.length / count);
    for (int from = 0; from + length <= text.length && prompts.size() < count; from += step) {
      int[] prompt = new int[length];
      System.arraycopy(text, from, prompt, 0, length);
      prompts.add(prompt);
    }
    return prompts;
  }

  /// The positions that a model needs for prompts of `length` tokens.
  public static int positions(int length) {
    return length + TOKENS;
  }
}
