package dev.quern.cli;

import dev.quern.engine.LanguageModel;
import dev.quern.formats.ModelView;
import dev.quern.verifier.SessionLogits;
import dev.quern.verifier.sanity.Finding;
import dev.quern.verifier.sanity.Repetition;
import dev.quern.verifier.sanity.Sanity;
import java.util.List;

/// Looks for what is wrong in a model's file.
///
/// @param threads to compute with
record FileCheck(int threads) {
  private static final int PROMPTS = 4;
  private static final int PROMPT_LENGTH = 16;

  /// Looks at `model` alone.
  Sanity of(ModelView model) {
    try (Steps steps = Steps.of("checking")) {
      return Sanity.of(model, threads, steps::step);
    }
  }

  /// Looks at `model` beside its source, and lets both go on from pieces of a text.
  ///
  /// @param text tokens to take prompts from
  Sanity of(LoadedModel model, LoadedModel source, int[] text) {
    Sanity found;
    try (Steps steps = Steps.of("checking")) {
      found = Sanity.of(model.view(), source.view(), threads, steps::step);
    }
    List<int[]> prompts = Repetition.prompts(text, PROMPTS, PROMPT_LENGTH);
    return found.with(repetition(model.model(), source.model(), prompts));
  }

  private static List<Finding> repetition(
      LanguageModel candidate, LanguageModel source, List<int[]> prompts) {
    int positions = Repetition.positions(PROMPT_LENGTH);
    if (positions > candidate.contextLength()) {
      return List.of();
    }
    try (SessionLogits here = SessionLogits.open(candidate, positions);
        SessionLogits there = SessionLogits.open(source, positions)) {
      return Repetition.compare(here, there, prompts).stream().toList();
    }
  }
}
