package dev.quern.verifier.task;

import java.util.List;

/// Texts that differ in one place, one of which is right.
///
/// @param texts the whole texts, at least two
/// @param heads the beginning of each text up to the end of what differs, where only what follows
///   is scored; empty where what differs is scored itself
/// @param answer which text is right, from 0
public record ChoiceTask(List<String> texts, List<String> heads, int answer) {
  public ChoiceTask {
    texts = List.copyOf(texts);
    heads = List.copyOf(heads);
    if (texts.size() < 2 || (!heads.isEmpty() && heads.size() != texts.size())) {
      throw new IllegalArgumentException(
          texts.size() + " texts and " + heads.size() + " heads, wanted two texts or more");
    }
    if (answer < 0 || answer >= texts.size()) {
      throw new IllegalArgumentException(
          "answer " + answer + " of " + texts.size() + " choices, counted from 0");
    }
  }

  /// `prompt`, a space, and one of `endings`.
  static ChoiceTask continuing(String prompt, List<String> endings, int answer) {
    return new ChoiceTask(
        endings.stream().map(ending -> prompt + " " + ending).toList(), List.of(), answer);
  }

  /// A sentence whose gap one of `choices` fills; what follows the gap is scored.
  static ChoiceTask filling(String before, String after, List<String> choices, int answer) {
    return new ChoiceTask(
        choices.stream().map(choice -> before + choice + after).toList(),
        choices.stream().map(choice -> before + choice).toList(),
        answer);
  }
}
